import { type ElementModel, type TypeInfo, TypeModel } from './type-model.ts';

interface ObjectShape {
  readonly fhirType?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly choices?: Readonly<Record<string, { readonly properties: readonly string[] }>>;
}

/** The parts of our own JSON Schemas (compiler/schema) that say what a type is made of. */
export interface SchemaShape extends ObjectShape {
  readonly $id: string;
  readonly kind: string;
  readonly base?: string;
  readonly $defs?: Readonly<Record<string, ObjectShape>>;
}

const definitions = 'http://hl7.org/fhir/StructureDefinition/';
const kinds: Readonly<Record<string, TypeInfo['kind']>> = {
  primitive: 'primitive',
  type: 'complex',
  resource: 'resource',
};

/** What stands in the object beside a primitive. */
const primitiveElements: ReadonlyMap<string, ElementModel> = new Map([
  ['id', { list: false, properties: [{ property: 'id', type: 'System.String' }] }],
  ['extension', { list: true, properties: [{ property: 'extension', type: 'Extension' }] }],
]);

/** Makes the model from the compiled schemas of FHIR's types; profiles and extensions are passed over. */
export function typeModelOfSchemas(documents: Iterable<SchemaShape>): TypeModel {
  const types = new Map<string, TypeInfo>();
  for (const document of documents) {
    const kind = kinds[document.kind];
    if (kind === undefined) continue;
    const base = document.base === undefined ? {} : { base: nameOf(document.base) };
    const elements = kind === 'primitive' ? primitiveElements : elementsOf(document);
    types.set(nameOf(document.$id), { kind, ...base, elements });
    for (const [path, shape] of Object.entries(document.$defs ?? {}))
      types.set(path, { kind: 'complex', base: baseOfInline(shape), elements: elementsOf(shape) });
  }
  return new TypeModel(types);
}

/** What is spelled out where it stands is a BackboneElement where it may have modifiers, else an Element. */
function baseOfInline({ properties = {} }: ObjectShape): string {
  return 'modifierExtension' in properties ? 'BackboneElement' : 'Element';
}

function nameOf(url: string): string {
  return url.startsWith(definitions) ? url.slice(definitions.length) : url;
}

function elementsOf({ properties = {}, choices = {} }: ObjectShape): Map<string, ElementModel> {
  const elements = new Map<string, ElementModel>();
  const ofChoices = new Set(Object.values(choices).flatMap((choice) => choice.properties));
  for (const [name, choice] of Object.entries(choices))
    elements.set(name, {
      list: false,
      properties: choice.properties.map((property) => ({ property, type: typeOf(properties[property]) })),
    });
  for (const [name, schema] of Object.entries(properties)) {
    // `resourceType` of a resource is a constant and no element; ExampleScenario.instance has an element of this name.
    const isConstant = Object.hasOwn(schema as object, 'const');
    if (name.startsWith('_') || isConstant || ofChoices.has(name)) continue;
    elements.set(name, { list: isList(schema), properties: [{ property: name, type: typeOf(schema) }] });
  }
  return elements;
}

interface PropertyShape {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: PropertyShape;
  readonly anyOf?: readonly PropertyShape[];
}

function isList(schema: unknown): boolean {
  return (schema as PropertyShape).type === 'array';
}

function typeOf(schema: unknown): string {
  const shape = schema as PropertyShape;
  if (shape.items !== undefined) return typeOf(shape.items);
  if (shape.$ref === undefined) return shape.anyOf === undefined ? 'System.String' : typeOf(shape.anyOf[0]);
  return shape.$ref.startsWith('#/$defs/') ? shape.$ref.slice('#/$defs/'.length) : nameOf(shape.$ref);
}
