import type { ArraySchema, ObjectSchema, ValueSchema } from '../schema/schema-document.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';
import type { ObjectSource } from './emit-object.ts';
import { emitSlices } from './emit-slices.ts';
import { emitValue } from './emit-value.ts';

/** `type: array`, `minItems`, `maxItems`, `items` and `slicing`. */
export function emitArray(
  scope: FunctionScope,
  source: ObjectSource,
  property: string,
  rule: ArraySchema,
  site: string,
): void {
  const { minItems = 0, maxItems, items, slicing } = rule;
  scope.guard(
    '!Array.isArray(v)',
    { code: 'structure', message: 'The element repeats: it must be a JSON array.' },
    () => {
      // The reference validator takes an empty list of primitives for none.
      const severity = 'anyOf' in items ? ('warning' as const) : ('error' as const);
      if (minItems <= 1)
        scope.fail('v.length===0', { severity, code: 'invalid', message: 'An array must not be empty.' });
      else
        scope.fail(`v.length<${minItems}`, {
          code: 'required',
          message: `There must be at least ${minItems} of the element.`,
        });
      if (maxItems !== undefined)
        scope.fail(`v.length>${maxItems}`, {
          code: 'structure',
          message: `There may be at most ${maxItems} of the element.`,
        });
      const item = (one: ValueSchema) => emitItem(scope, source, property, one, 'anyOf' in items, site);
      const plain = 'anyOf' in items ? items.anyOf[0] : items;
      const slices = slicing === undefined ? undefined : emitSlices(scope, slicing, plain, item);
      slices?.before();
      scope.write('for(let i=0;i<v.length;i++){const w=v[i];');
      scope.within(`${scope.path}+'['+i+']'`, () => {
        if (slices === undefined) item(plain);
        else slices.each();
      });
      scope.write('}');
      slices?.after();
      if (property === 'contained') emitContained(scope);
    },
  );
}

function emitItem(
  scope: FunctionScope,
  source: ObjectSource,
  property: string,
  rule: ValueSchema,
  nullable: boolean,
  site: string,
): void {
  if (rule.$ref.endsWith('/StructureDefinition/Extension')) {
    emitExtension(scope, source, property);
    return;
  }
  const sibling = `o[${JSON.stringify(`_${property}`)}]?.[i]`;
  const value = () => emitValue(scope, rule, { value: 'w', sibling, site, contained: property === 'contained' });
  if (!nullable) {
    value();
    return;
  }
  scope.write('if(w===null){');
  scope.fail(`typeof (${sibling})!=='object'||(${sibling})===null`, {
    code: 'invalid',
    message: 'A null in a list of primitives needs extensions at the same place of the list with the underscore.',
  });
  scope.write('}else{');
  value();
  scope.write('}');
}

/** Contained resources together: dom-3, and ids that are unique. */
function emitContained(scope: FunctionScope): void {
  const repeated = scope.runtime('repeatedId');
  scope.fail(`${repeated}(o)>=0`, { code: 'invalid', message: 'Two contained resources have the same id.' });
  const orphan = scope.runtime('orphanOf');
  scope.fail(`${orphan}(o)>=0`, {
    code: 'invariant',
    message: 'A contained resource must be referred to from the resource, or refer to it.',
    constraint: 'dom-3',
  });
}

/** The type by which extension contexts mean an object that is spelled out where it stands. */
function typeOf({ fhirType, properties }: ObjectSchema): string {
  if (!fhirType.includes('.')) return fhirType;
  return properties['modifierExtension'] === undefined ? 'Element' : 'BackboneElement';
}

/** Extensions are judged by their URL, wherever they stand. */
function emitExtension(scope: FunctionScope, { schema, document }: ObjectSource, property: string): void {
  const judge = scope.runtime(scope.mode === 'verdict' ? 'extension' : 'extensionDetails');
  const modifier = property === 'modifierExtension';
  // Inside an extension that nobody here knows, relative URLs are its own affair.
  const relative = document.$id.endsWith('/StructureDefinition/Extension');
  scope.call(judge, 'w', 'e', 'at', JSON.stringify(typeOf(schema)), String(modifier), String(relative));
}
