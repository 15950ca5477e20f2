import type { SliceRule, SliceTest } from '../schema/schema-document.ts';
import { steps } from '../schema/slicing-of.ts';
import { withoutVersion } from '../standalone/catalogue.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';
import { fixedCondition, patternCondition } from './emit-pattern.ts';

/** JavaScript condition for "the item `w` belongs to the slice": all its tests, each for itself. */
export function sliceCondition(scope: FunctionScope, { tests }: SliceRule): string {
  return tests.map((test) => testCondition(scope, test)).join('&&');
}

function testCondition(scope: FunctionScope, { discriminator, is }: SliceTest): string {
  const path = steps(discriminator.path).filter((step) => step !== '$this' && !step.startsWith('ofType('));
  if (is.kind === 'exists') {
    const there = path.length === 0 ? 'true' : pathCondition(scope, path, 'true');
    return is.exists ? there : `!${there}`;
  }
  return path.length === 0
    ? valueCondition(scope, is, 'w')
    : pathCondition(scope, path, valueCondition(scope, is, 'x'));
}

/** True where some value at the path passes; lists on the way are looked through, choices found by their stem. */
function pathCondition(scope: FunctionScope, path: readonly string[], condition: string): string {
  if (path.every((step) => /^\w+$/.test(step))) return `${pathFunction(scope, path, condition)}(w,e)`;
  const reaches = scope.runtime('reaches');
  const test = scope.module.constant(`(x,e)=>${condition}`);
  return `${reaches}(w,${scope.module.constant(JSON.stringify(path))},0,${test},e)`;
}

/** A function that goes along plain property names: what nearly every discriminator is. */
function pathFunction(scope: FunctionScope, path: readonly string[], condition: string): string {
  const [step, ...rest] = path;
  if (step === undefined) return scope.module.constant(`(x,e)=>${condition}`);
  const further = pathFunction(scope, rest, condition);
  const choice = scope.runtime('choiceOf');
  return scope.module.constant(
    `(x,e)=>{if(typeof x!=='object'||x===null)return false;let y=x.${step};if(y===undefined)y=${choice}(x,'${step}');` +
      `if(y===undefined||y===null)return false;if(!Array.isArray(y))return ${further}(y,e);` +
      `for(let i=0;i<y.length;i++)if(y[i]!=null&&${further}(y[i],e))return true;return false}`,
  );
}

type ValueTest = Exclude<SliceTest['is'], { readonly kind: 'exists' }>;

function valueCondition(scope: FunctionScope, is: ValueTest, value: string): string {
  switch (is.kind) {
    case 'fixed':
      return `(${fixedCondition(scope.module, is.value, value)})`;
    case 'pattern':
      return `(${patternCondition(scope.module, is.value, value)})`;
    case 'valueSet': {
      const list = scope.catalogue.valueSet(is.valueSet);
      if (list === undefined || list.open !== undefined) return 'false';
      return `${scope.runtime('anyWithin')}(${value},${scope.valueSet(is.valueSet)})`;
    }
    case 'types':
      return `${scope.runtime('isOfType')}(${value},${JSON.stringify(is.types)})`;
    case 'profiles':
      return `e.matchesAny(${scope.module.constant(JSON.stringify(is.profiles.map(withoutVersion)))},${value})`;
  }
}
