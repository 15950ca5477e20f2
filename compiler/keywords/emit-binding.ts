import type { BindingRule } from '../schema/schema-document.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';

/** Types that a binding looks into, and the run-time function for each. */
const inside: Readonly<Record<string, string>> = {
  CodeableConcept: 'conceptWithin',
  Coding: 'codingWithin',
  Quantity: 'quantityWithin',
};

/** Types that are codes by themselves. Of a choice of types a binding is about those alone that can be bound. */
const codeTypes = new Set(['code', 'string', 'uri', 'url', 'canonical']);

/** `binding`: required ones are errors, extensible ones warnings, and what cannot be known here is "not checked". */
export function emitBinding(scope: FunctionScope, binding: BindingRule, type: string, value: string): void {
  if (!(type in inside) && !codeTypes.has(type)) return;
  const { strength, valueSet, maxValueSet } = binding;
  // A Quantity without code or system has no unit to look up; the reference validator leaves it at that, too.
  const withCode = type === 'Quantity' ? `${value}.code!==undefined&&${value}.system!==undefined&&` : '';
  emitOne(scope, valueSet, strength === 'required' ? 'error' : 'warning', type, value, withCode);
  if (withCode !== '')
    scope.fail(`${value}.code===undefined`, {
      severity: 'warning',
      code: 'code-invalid',
      message: `The quantity has no code, and should have one of the value set ${valueSet}.`,
    });
  if (maxValueSet === undefined) return;
  // The outer bound is for codes: a text alone is within it.
  const coded = type === 'CodeableConcept' ? `Array.isArray(${value}.coding)&&` : withCode;
  emitOne(scope, maxValueSet, 'error', type, value, coded);
}

type Strength = 'error' | 'warning';

function emitOne(
  scope: FunctionScope,
  canonical: string,
  severity: Strength,
  type: string,
  value: string,
  where: string,
): void {
  if (severity === 'warning' && !(type in inside)) emitCodeOfSystems(scope, canonical, value);
  if (severity === 'warning' && scope.mode === 'verdict') return;
  const list = scope.catalogue.valueSet(canonical);
  const codes = list === undefined || list.open !== undefined ? undefined : scope.valueSet(canonical);
  if (codes === undefined) {
    emitNotChecked(scope, canonical, list?.open);
    return;
  }
  const judge = scope.runtime(inside[type] ?? 'codeWithin');
  const issue = {
    severity,
    code: 'code-invalid',
    message:
      severity === 'error'
        ? `The code is not in the required value set ${canonical}.`
        : `The code is not in the value set ${canonical}, which should be used where it has a fitting code.`,
  };
  if (scope.mode === 'verdict') {
    scope.write(`if(${where}${judge}(${value},${codes})<0)return false;`);
    return;
  }
  const found = scope.variable('b');
  const judged = `${judge}(${value},${codes})`;
  scope.write(`const ${found}=${where === '' ? judged : `${where.slice(0, -2)}?${judged}:1`};`);
  scope.guard(`${found}<0`, issue, () =>
    scope.fail(`${found}===0`, {
      severity: 'information',
      code: 'not-supported',
      message: `Not checked: the content of a code system of the value set ${canonical} is not at hand.`,
    }),
  );
}

/** A text that is a code must be one of the code systems, whatever the strength of the binding: there is no other. */
function emitCodeOfSystems(scope: FunctionScope, canonical: string, value: string): void {
  const list = scope.catalogue.valueSet(canonical);
  if (list === undefined || list.open !== undefined || Object.values(list.systems).includes(true)) return;
  scope.fail(`${scope.runtime('isOfNoSystem')}(${value},${scope.valueSet(canonical)},e)`, {
    code: 'code-invalid',
    message: `The code is not one of the code systems of the value set ${canonical}.`,
  });
}

function emitNotChecked(scope: FunctionScope, canonical: string, why = 'it is not at hand'): void {
  scope.fail('true', {
    severity: 'information',
    code: 'not-supported',
    message: `Not checked: the value set ${canonical} cannot be expanded here (${why}).`,
  });
}
