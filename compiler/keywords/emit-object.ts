import type { ObjectSchema, PropertySchema, SchemaDocument } from '../schema/schema-document.ts';
import type { Catalogue } from '../standalone/catalogue.ts';
import { FunctionScope } from '../standalone/function-scope.ts';
import type { ModuleOutput } from '../standalone/module-output.ts';
import { emitArray } from './emit-array.ts';
import { emitCodedRules, keptProperties } from './emit-coded-rules.ts';
import { emitInvariants } from './emit-invariants.ts';
import { emitPresence, presenceOf } from './emit-presence.ts';
import { emitPrimitiveElement } from './emit-primitive-element.ts';
import { emitValue } from './emit-value.ts';

/** What a function of the generated code is made from. */
export interface ObjectSource {
  readonly module: ModuleOutput;
  readonly catalogue: Catalogue;
  readonly document: SchemaDocument;
  readonly schema: ObjectSchema;
  /** Name of the function. */
  readonly name: string;
  /** Path by which extension contexts name elements inside: `Patient.contact`, or the data type `HumanName`. */
  readonly at: string;
  /** Functions of the definitions inside of the document, by their names there. */
  readonly locals: ReadonlyMap<string, string>;
}

/** Writes the function that judges one kind of object: `(object, environment, site[, path])`. */
export function emitObject(source: ObjectSource): void {
  const { module, name } = source;
  const scope = new FunctionScope(module, source.catalogue, source.document, source.locals);
  scope.guard(
    "typeof o!=='object'||o===null||Array.isArray(o)",
    { code: 'structure', message: 'The element must be an object.' },
    () => writeBody(scope, source),
  );
  const signature = module.mode === 'verdict' ? 'o,e,at' : 'o,e,at,p';
  const end = module.mode === 'verdict' ? 'return true;' : '';
  const code = `function ${name}(${signature}){${scope.body}${end}}`;
  if (isCalledForSure(source)) module.eagerFunction(name, code);
  else module.function(`export ${code}`);
}

/** The code of resources, profiles and types is loaded because it is called; of the extensions of a package few are ever met. */
function isCalledForSure({ module, document }: ObjectSource): boolean {
  return module.mode === 'verdict' && 'kind' in document && document.kind !== 'extension';
}

function writeBody(scope: FunctionScope, source: ObjectSource): void {
  const { schema } = source;
  const presence = presenceOf(schema);
  scope.write('let empty=true;');
  const kept = keptProperties(scope, schema.fhirType);
  for (const name of kept) scope.write(`let $${name};`);
  for (const variable of presence.variables) scope.write(`let ${variable.name}=${variable.start};`);
  scope.write('for(const k in o){empty=false;const v=o[k];');
  emitCases(scope, byFrequency(Object.entries(schema.properties)), schema, (property, rule) => {
    // An empty list of primitives is as good as none.
    const mark = presence.mark(property);
    scope.write(isPrimitiveList(rule) && mark !== '' ? `if(v?.length!==0){${mark}}` : mark);
    if (kept.has(property)) scope.write(`$${property}=v;`);
    emitProperty(scope, source, property, rule);
  });
  scope.write('}');
  scope.fail('empty', {
    code: 'invalid',
    message: 'The element is empty: it must have a value or children.',
    constraint: 'ele-1',
  });
  emitPresence(scope, schema, presence);
  emitCodedRules(scope, schema.fhirType, 'o');
  emitInvariants(scope, schema, 'o');
}

type Property = readonly [string, PropertySchema];

/** More properties than this are told by their length first. */
const mostTried = 6;

/** One case for each property, and what to do with one that is not of the element. */
function emitCases(
  scope: FunctionScope,
  properties: readonly Property[],
  schema: ObjectSchema,
  emit: (property: string, rule: PropertySchema) => void,
): void {
  const byLength = scope.mode === 'verdict' && properties.length > mostTried;
  const groups = Map.groupBy(properties, ([name]) => (byLength ? name.length : '_id'.length));
  if ('id' in schema.properties && !groups.has('_id'.length)) groups.set('_id'.length, []);
  if (byLength) scope.write('switch(k.length){');
  for (const [length, group] of groups) {
    scope.write(byLength ? `case ${length}:switch(k){` : 'switch(k){');
    for (const [property, rule] of group) {
      scope.write(`case ${JSON.stringify(property)}:{`);
      emit(property, rule);
      scope.write('break;}');
    }
    if ('id' in schema.properties && length === '_id'.length) emitIdElement(scope, schema);
    scope.write('default:{');
    emitUnknown(scope, schema);
    scope.write('}}');
    if (byLength) scope.write('break;');
  }
  if (!byLength) return;
  scope.write('default:{');
  emitUnknown(scope, schema);
  scope.write('}}');
}

/** What is seldom there comes last: cases of a switch are tried in their order. */
function byFrequency(properties: readonly Property[]): readonly Property[] {
  const isSeldom = ([name]: Property) => name.startsWith('_') || seldom.has(name);
  return [...properties.filter((one) => !isSeldom(one)), ...properties.filter(isSeldom)];
}

const seldom = new Set(['implicitRules', 'language', 'contained', 'modifierExtension']);

/** `_id`: the reference validator takes it beside the id of a resource, and on any element. */
function emitIdElement(scope: FunctionScope, schema: ObjectSchema): void {
  scope.write('case "_id":{');
  scope.within("p+'.id'", () => {
    const suffix = scope.mode === 'details' ? 'Details' : '';
    const judge = scope.runtime(`primitiveElement${suffix}`);
    scope.call(judge, 'v', 'e', '"Element.id"', '"string"', 'o.id');
    if (schema.properties['resourceType'] !== undefined)
      scope.fail('o.id===undefined', { code: 'value', message: 'The id of a resource must have a value.' });
  });
  scope.write('break;}');
}

function isPrimitiveList(rule: PropertySchema): boolean {
  return 'type' in rule && 'anyOf' in rule.items;
}

function emitUnknown(scope: FunctionScope, schema: ObjectSchema): void {
  if (schema.additionalProperties) return;
  const unknown = { code: 'structure', message: 'The property is not one of this element.' };
  if (scope.mode === 'verdict') {
    scope.write('return false;');
    return;
  }
  scope.within("p+'.'+e.nameOf(k)", () => {
    const prohibited = (schema.prohibited ?? []).filter((name) => !name.endsWith('[x]'));
    if (prohibited.length > 0) {
      const condition = prohibited.flatMap((name) => [
        `k===${JSON.stringify(name)}`,
        `k===${JSON.stringify(`_${name}`)}`,
      ]);
      scope.guard(
        condition.join('||'),
        { code: 'structure', message: 'The profile does not allow this element.' },
        () => scope.fail('true', unknown),
      );
    } else scope.fail('true', unknown);
  });
}

function emitProperty(scope: FunctionScope, source: ObjectSource, property: string, rule: PropertySchema): void {
  const { schema, at } = source;
  scope.within(`p+${JSON.stringify(pathStep(schema, property))}`, () => {
    if (!('$ref' in rule) && !('type' in rule)) {
      const condition = `v!==${JSON.stringify(rule.const)}`;
      scope.fail(condition, { code: 'structure', message: 'The resourceType is not the one that is judged here.' });
      return;
    }
    const site = siteOf(schema, at, property);
    const element = property.startsWith('_') ? schema.properties[property.slice(1)] : undefined;
    if (element !== undefined) emitPrimitiveElement(scope, property.slice(1), { element, rule, site });
    else if ('type' in rule) emitArray(scope, source, property, rule, site);
    else if (property === 'id' && schema.properties['resourceType'] === undefined) emitElementId(scope);
    else emitValue(scope, rule, { value: 'v', sibling: `o[${JSON.stringify(`_${property}`)}]`, site });
  });
}

/** The id of an element: a text that no other element of the resource has. */
function emitElementId(scope: FunctionScope): void {
  scope.guard("typeof v!=='string'||v===''", { code: 'value', message: 'The id of an element must be a text.' }, () =>
    scope.fail('e.repeatsId(v)', { code: 'invalid', message: 'Another element of the resource has this id.' }),
  );
}

/** Step of the FHIRPath: `.value.ofType(Quantity)` for `valueQuantity`. */
function pathStep(schema: ObjectSchema, property: string): string {
  const plain = property.startsWith('_') ? property.slice(1) : property;
  const choice = choiceOf(schema, plain);
  if (choice === undefined) return `.${plain}`;
  const rule = schema.properties[plain] as { readonly $ref: string };
  const type = rule.$ref.startsWith('#') ? plain.slice(choice.length) : rule.$ref.slice(rule.$ref.lastIndexOf('/') + 1);
  return `.${choice}.ofType(${type})`;
}

function siteOf(schema: ObjectSchema, at: string, property: string): string {
  const plain = property.startsWith('_') ? property.slice(1) : property;
  const choice = choiceOf(schema, plain);
  return `${at}.${choice === undefined ? plain : `${choice}[x]`}`;
}

function choiceOf(schema: ObjectSchema, property: string): string | undefined {
  const found = Object.entries(schema.choices ?? {}).find(([, { properties }]) => properties.includes(property));
  return found?.[0];
}
