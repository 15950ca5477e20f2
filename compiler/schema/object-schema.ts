import type { ElementType } from '../package/definitions.ts';
import type { ElementNode } from './element-tree.ts';
import type {
  ArraySchema,
  ChoiceRule,
  ObjectSchema,
  PropertySchema,
  SliceRule,
  ValueSchema,
} from './schema-document.ts';
import { sliceTests } from './slicing-of.ts';
import { choiceProperty, isPrimitive, typeCode, typeUrl } from './type-names.ts';
import { valueSchema } from './value-schema.ts';

/** Makes the schema of an object and, in `defs`, those of the objects inside of it that have rules of their own. */
export class ObjectSchemas {
  readonly defs: Record<string, ObjectSchema> = {};

  /** Schema of an element with its children. `fhirType` names its data type, `resourceType` says that it is a resource. */
  of(node: ElementNode, fhirType: string, resourceType?: string): ObjectSchema {
    const made: Parts = { properties: {}, required: [], requiredElements: [], choices: {}, prohibited: [] };
    if (resourceType !== undefined) {
      made.properties['resourceType'] = { const: resourceType };
      made.required.push('resourceType');
    }
    for (const child of node.children) this.#addChild(made, child);
    return {
      type: 'object',
      fhirType,
      properties: made.properties,
      ...(made.required.length > 0 && { required: made.required }),
      ...(made.requiredElements.length > 0 && { requiredElements: made.requiredElements }),
      ...(Object.keys(made.choices).length > 0 && { choices: made.choices }),
      ...(made.prohibited.length > 0 && { prohibited: made.prohibited }),
      additionalProperties: false,
    };
  }

  #addChild(made: Parts, child: ElementNode): void {
    const { definition, name } = child;
    if (definition.max === '0') {
      made.prohibited.push(name);
      return;
    }
    if (name.endsWith('[x]')) {
      this.#addChoice(made, child);
      return;
    }
    const [type] = definition.type ?? [];
    const code = type === undefined ? undefined : typeCode(type, definition.base?.path);
    made.properties[name] = this.#property(child, code);
    const primitive = code !== undefined && isPrimitive(code) && !isAttribute(type);
    if (primitive) made.properties[`_${name}`] = this.#extensionsOf(child);
    if ((definition.min ?? 0) > 0) (primitive ? made.requiredElements : made.required).push(name);
  }

  #addChoice(made: Parts, child: ElementNode): void {
    const { definition, name, slices } = child;
    const properties: string[] = [];
    let required = (definition.min ?? 0) > 0;
    const closed = definition.slicing?.rules === 'closed';
    for (const type of definition.type ?? []) {
      const property = choiceProperty(name, type.code);
      const slice = slices.find((one) => isSliceFor(one, property, type.code));
      if (slice?.definition.max === '0' || (closed && slices.length > 0 && slice === undefined)) continue;
      const node = slice ?? child;
      const own = slice?.definition.type?.find(({ code }) => code === type.code) ?? type;
      properties.push(property);
      made.properties[property] = this.#value(node, own, own.code);
      if (isPrimitive(type.code)) made.properties[`_${property}`] = elementOnly;
      if ((slice?.definition.min ?? 0) > 0) required = true;
    }
    const choice: ChoiceRule = { ...(required && { required: true as const }), properties };
    made.choices[name.slice(0, -'[x]'.length)] = choice;
  }

  #property(node: ElementNode, code: string | undefined): PropertySchema {
    const value = this.#typed(node, code);
    if (!isList(node)) return value;
    const { min = 0, max = '*' } = node.definition;
    const primitive = code !== undefined && isPrimitive(code);
    const slicing = this.#slicing(node, code);
    const array: ArraySchema = {
      type: 'array',
      // In JSON an empty array is never right.
      minItems: Math.max(min, 1),
      ...(max !== '*' && { maxItems: Number(max) }),
      items: primitive ? { anyOf: [value, { type: 'null' }] } : value,
      ...(slicing !== undefined && { slicing }),
    };
    return array;
  }

  #typed(node: ElementNode, code: string | undefined): ValueSchema {
    const { definition } = node;
    if (definition.contentReference !== undefined) {
      const id = definition.contentReference.split('#')[1]?.split(':')[0] ?? '';
      return valueSchema(definition, { code: 'BackboneElement' }, 'BackboneElement', `#/$defs/${id}`);
    }
    const [type] = definition.type ?? [];
    if (type === undefined || code === undefined) throw new TypeError(`${node.id} has no type`);
    return this.#value(node, type, code);
  }

  #value(node: ElementNode, type: ElementType, code: string): ValueSchema {
    if (node.children.length === 0 || isPrimitive(code)) return valueSchema(node.definition, type, code, typeUrl(code));
    const id = node.name.endsWith('[x]') && node.sliceName === undefined ? `${node.id}:${code}` : node.id;
    // What is spelled out where it stands has no name but its path.
    const inline = code === 'BackboneElement' || code === 'Element';
    const schema = this.of(
      node,
      inline ? (node.definition.base?.path ?? id) : code,
      isResource(node) && !isAbstract(code) ? code : undefined,
    );
    this.defs[id] = isAbstract(code) ? { ...schema, additionalProperties: true } : schema;
    return valueSchema(node.definition, type, code, `#/$defs/${id}`);
  }

  /** `_name`: the id and extensions of a primitive, and the slices that a profile makes of them. */
  #extensionsOf(node: ElementNode): PropertySchema {
    if (isList(node)) return { type: 'array', minItems: 1, items: { anyOf: [elementOnly, { type: 'null' }] } };
    const extensions = node.children.find(({ name }) => name === 'extension');
    const slicing = extensions === undefined ? undefined : this.#slicing(extensions, 'Extension');
    return slicing === undefined ? elementOnly : { ...elementOnly, slicing };
  }

  #slicing(node: ElementNode, code: string | undefined): ArraySchema['slicing'] {
    const { slicing } = node.definition;
    if (slicing === undefined || node.slices.length === 0) return undefined;
    const slices = node.slices.flatMap((slice) => this.#slice(slice, slicing.discriminator ?? [], code));
    if (slices.length === 0) return undefined;
    return { rules: slicing.rules, ...(slicing.ordered === true && { ordered: true as const }), slices };
  }

  #slice(
    slice: ElementNode,
    discriminators: NonNullable<Parameters<typeof sliceTests>[1]>,
    code: string | undefined,
  ): SliceRule[] {
    const { definition } = slice;
    const tests = code === 'Extension' ? extensionTest(slice) : sliceTests(slice, discriminators);
    if (tests === undefined) return [];
    const max = definition.max ?? '*';
    return [
      {
        name: slice.sliceName ?? '',
        ...((definition.min ?? 0) > 0 && { min: definition.min ?? 0 }),
        ...(max !== '*' && { max: Number(max) }),
        tests,
        // The content of an extension is judged by its URL, wherever it stands.
        ...(!(code === 'Extension' && slice.children.length === 0) && { item: this.#typed(slice, code) }),
      },
    ];
  }
}

/** A resource that is spelled out where it stands: every resource has this element, and no data type has it. */
function isResource({ children }: ElementNode): boolean {
  return children.some(({ name }) => name === 'implicitRules');
}

/** What is of an abstract type is of a narrower one, which may have more. */
function isAbstract(type: string): boolean {
  return type === 'Resource' || type === 'DomainResource';
}

interface Parts {
  readonly properties: Record<string, PropertySchema>;
  readonly required: string[];
  readonly requiredElements: string[];
  readonly choices: Record<string, ChoiceRule>;
  readonly prohibited: string[];
}

const elementOnly: ValueSchema = { $ref: typeUrl('Element') };

/** An XML attribute in the model: no extensions in JSON. */
function isAttribute(type: ElementType | undefined): boolean {
  return type?.code.startsWith('http://hl7.org/fhirpath/') === true;
}

function isList({ definition }: ElementNode): boolean {
  const max = definition.base?.max ?? definition.max;
  return max === '*' || Number(max) > 1;
}

function isSliceFor({ sliceName, definition }: ElementNode, property: string, code: string): boolean {
  return sliceName === property || (definition.type?.length === 1 && definition.type[0]?.code === code);
}

function extensionTest(slice: ElementNode): SliceRule['tests'] | undefined {
  const profile = slice.definition.type?.[0]?.profile?.[0];
  const discriminator = { type: 'value', path: 'url' } as const;
  if (profile !== undefined) return [{ discriminator, is: { kind: 'fixed', value: profile.split('|')[0] } }];
  return sliceTests(slice, [discriminator]);
}
