import { refName } from '../schema/ref-name.ts';
import type { ValueSchema } from '../schema/schema-document.ts';
import { isPrimitive } from '../schema/type-names.ts';
import { withoutVersion } from '../standalone/catalogue.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';
import { codingByItself, codingInConcept } from './coded-rules.ts';
import { emitBinding } from './emit-binding.ts';
import { emitBounds } from './emit-bounds.ts';
import { emitCodedRule } from './emit-coded-rules.ts';
import { emitSiteInvariants } from './emit-invariants.ts';
import { emitFixed, emitPattern } from './emit-pattern.ts';
import { emitPrimitive } from './emit-primitive.ts';
import { emitTargets } from './emit-targets.ts';

/** JavaScript expressions for the value that is judged, and the FHIR path by which extension contexts know its place. */
export interface ValueAt {
  readonly value: string;
  /** The `_name` beside it, for rules that look at a primitive's extensions. */
  readonly sibling: string;
  readonly site: string;
  readonly contained?: boolean;
}

/** `$ref` and the rules beside it. */
export function emitValue(scope: FunctionScope, rule: ValueSchema, at: ValueAt): void {
  const type = refName(rule.$ref);
  if (!rule.$ref.startsWith('#') && (isPrimitive(type) || type === 'xhtml')) {
    if (type === 'code' && isToldByList(scope, rule)) emitFacets(scope, rule, type, at);
    else emitPrimitive(scope, type, at.value, () => emitFacets(scope, rule, type, at));
  } else {
    emitType(scope, rule, at);
    // A value of the wrong JSON kind is said already by the function of its type.
    if (scope.mode === 'details') scope.write(`if(typeof ${at.value}==='object'&&${at.value}!==null){`);
    emitFacets(scope, rule, type, at);
    if (scope.mode === 'details') scope.write('}');
  }
}

/** A verdict needs no look at the form of a code that must be in a list of codes of that form. */
function isToldByList(scope: FunctionScope, { binding, maxLength, bounds }: ValueSchema): boolean {
  if (scope.mode === 'details' || binding?.strength !== 'required') return false;
  if (maxLength !== undefined || bounds !== undefined) return false;
  const list = scope.catalogue.valueSet(binding.valueSet);
  if (list === undefined || list.open !== undefined) return false;
  return Object.values(list.systems).every(
    (codes) => codes !== true && codes.every((code) => /^\S+(?: \S+)*$/.test(code)),
  );
}

function emitType(scope: FunctionScope, rule: ValueSchema, { value, site, contained = false }: ValueAt): void {
  const place = JSON.stringify(site);
  if (rule.$ref.startsWith('#')) {
    emitLocal(scope, rule, { value, site, contained });
    return;
  }
  const { catalogue, mode } = scope;
  const document = catalogue.document(rule.$ref);
  if (document === undefined) throw new TypeError(`${scope.document.$id} refers to ${rule.$ref}, which is not at hand`);
  if (document.kind === 'resource') {
    const judge = scope.runtime(mode === 'verdict' ? 'nestedResource' : 'nestedResourceDetails');
    const types = document.abstract === true ? 'undefined' : JSON.stringify(refName(rule.$ref));
    scope.call(judge, value, 'e', String(contained), types, listOf(scope, rule.profiles));
    return;
  }
  const known = (rule.profiles ?? []).filter((url) => catalogue.document(url) !== undefined);
  const [only] = known;
  const canonical = known.length === 1 && only !== undefined ? only : rule.$ref;
  scope.call(scope.functionOf(canonical), value, 'e', place);
  if (known.length > 1) {
    const condition = known
      .map((url) => `e.matches(${JSON.stringify(withoutVersion(url))},${value},${place})`)
      .join('||');
    scope.fail(`!(${condition})`, {
      code: 'structure',
      message: 'The value is none of the profiles that may stand here.',
    });
  }
}

/** An object that is spelled out in this document; a resource is judged by its type as well, and in surroundings of its own. */
function emitLocal(
  scope: FunctionScope,
  { $ref }: ValueSchema,
  { value, site, contained = false }: Omit<ValueAt, 'sibling'>,
): void {
  const name = refName($ref);
  const definition = scope.document.$defs?.[name];
  const place = JSON.stringify(site);
  if (definition?.properties['implicitRules'] === undefined) {
    scope.call(scope.local(name), value, 'e', place);
    return;
  }
  const judge = scope.runtime(scope.mode === 'verdict' ? 'nestedResource' : 'nestedResourceDetails');
  const type = definition.properties['resourceType'] === undefined ? 'undefined' : JSON.stringify(definition.fhirType);
  scope.call(judge, value, 'e', String(contained), type, 'undefined');
  const inside = `${scope.runtime('insideOf')}(${value},e,${contained})`;
  scope.call(scope.local(name), value, inside, place);
}

function listOf(scope: FunctionScope, profiles: readonly string[] | undefined): string {
  return profiles === undefined ? 'undefined' : scope.module.constant(JSON.stringify(profiles.map(withoutVersion)));
}

function emitCodingRules(scope: FunctionScope, { binding }: ValueSchema, { value, site }: ValueAt): void {
  const isLookedUp = binding !== undefined && scope.catalogue.valueSet(binding.valueSet) !== undefined;
  // The value of an extension is judged by the bare data type, too, where nothing is looked up.
  const byItself = isLookedUp && !site.startsWith('Extension') ? [] : codingByItself;
  for (const one of site.endsWith('CodeableConcept.coding') ? codingInConcept : byItself)
    emitCodedRule(scope, one, value);
}

function emitFacets(scope: FunctionScope, rule: ValueSchema, type: string, at: ValueAt): void {
  const { value } = at;
  if (type === 'Coding') emitCodingRules(scope, rule, at);
  if (rule.const !== undefined) emitFixed(scope, rule.const, value);
  if (rule.fhirPattern !== undefined) emitPattern(scope, rule.fhirPattern, value);
  if (rule.maxLength !== undefined)
    scope.fail(`${value}.length>${rule.maxLength}`, {
      code: 'too-long',
      message: 'The text is longer than allowed here.',
    });
  if (rule.bounds !== undefined) emitBounds(scope, rule.bounds, type, value);
  if (rule.binding !== undefined) emitBinding(scope, rule.binding, scope.fhirTypeOf(rule.$ref), value);
  if (rule.targets !== undefined) emitTargets(scope, rule.targets, value);
  if (rule.invariants !== undefined)
    emitSiteInvariants(scope, rule.invariants, { node: value, sibling: at.sibling, type: scope.fhirTypeOf(rule.$ref) });
}
