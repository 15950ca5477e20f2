import { type CompiledInvariant, compileInvariant } from '../fhirpath/compile-invariant.ts';
import { codedElsewhere, fixExpression } from '../fhirpath/expression-fixes.ts';
import { runtimeFiles } from '../fhirpath/runtime-functions.ts';
import type { Invariant, ObjectSchema } from '../schema/schema-document.ts';
import { typeUrl } from '../schema/type-names.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';

/** JavaScript expressions of the element, of the `_name` beside it, and the FHIR type by which the rules see it. */
interface Standing {
  readonly node: string;
  readonly sibling: string;
  readonly type: string;
}

/** `invariants` of an object: its own, and those of its data type where a profile spells the type out. */
export function emitInvariants(scope: FunctionScope, schema: ObjectSchema, node: string): void {
  const { fhirType, invariants = [] } = schema;
  const type = scope.catalogue.document(typeUrl(fhirType));
  const inherited = type !== undefined && type !== scope.document ? (type.invariants ?? []) : [];
  const own = new Set(invariants.map(identity));
  const all = [...inherited.filter((rule) => !own.has(identity(rule))), ...invariants];
  for (const rule of all) emitInvariant(scope, rule, { node, sibling: 'undefined', type: fhirType });
}

/** `invariants` beside a `$ref`: rules of this place. */
export function emitSiteInvariants(scope: FunctionScope, rules: readonly Invariant[], standing: Standing): void {
  for (const rule of rules) emitInvariant(scope, rule, standing);
}

function identity({ key, expression }: Invariant): string {
  return `${key} ${expression}`;
}

function emitInvariant(scope: FunctionScope, rule: Invariant, { node, sibling, type }: Standing): void {
  const { key, severity, human, expression } = rule;
  if (key in codedElsewhere || (severity === 'warning' && scope.mode === 'verdict')) return;
  const compiled = compiledRule(scope, fixExpression(key, expression), type);
  if (compiled.kind === 'not-compilable') {
    scope.fail('true', {
      severity: 'information',
      code: 'not-supported',
      message: `Not checked: the rule ${key} (${compiled.reason}).`,
      constraint: key,
    });
    return;
  }
  const name = scope.module.constant(`(n,s,e)=>{${compiled.source}}`);
  scope.fail(`!${name}(${node},${sibling},e)`, { severity, code: 'invariant', message: human, constraint: key });
}

function compiledRule(scope: FunctionScope, expression: string, contextType: string): CompiledInvariant {
  const { document } = scope;
  const compiled = compileInvariant({
    expression,
    contextType,
    typeModel: scope.catalogue.typeModel,
    ...('fhirType' in document && { resourceType: document.fhirType }),
    names: { node: 'n', sibling: 's', environment: 'e' },
    constant: (initialiser) => scope.module.constant(initialiser),
    providers: {
      memberOf: (valueSet, [type = '']) => membership(scope, valueSet, type),
      conformsTo: (profile) => {
        if (scope.catalogue.document(profile) === undefined) return undefined;
        return `((x)=>e.matches(${JSON.stringify(profile)},x))`;
      },
    },
  });
  if (compiled.kind === 'compiled')
    for (const name of compiled.uses) scope.module.invariant(runtimeFiles.get(name) ?? '', name);
  return compiled;
}

/** A function that says whether a value is in a value set; undefined where that cannot be known here. */
function membership(scope: FunctionScope, valueSet: string, type: string): string | undefined {
  const list = scope.catalogue.valueSet(valueSet);
  if (list === undefined || list.open !== undefined || Object.values(list.systems).includes(true)) return undefined;
  const inside = { CodeableConcept: 'conceptWithin', Coding: 'codingWithin', Quantity: 'quantityWithin' }[type];
  const judge = scope.runtime(inside ?? 'codeWithin');
  return `((x)=>${judge}(x,${scope.valueSet(valueSet)})>0)`;
}
