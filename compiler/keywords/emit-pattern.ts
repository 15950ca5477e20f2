import type { FunctionScope } from '../standalone/function-scope.ts';
import type { ModuleOutput } from '../standalone/module-output.ts';

/** `const` (FHIR's fixed[x]): the very same value, nothing less and nothing more. */
export function emitFixed(scope: FunctionScope, fixed: unknown, value: string): void {
  const issue = { code: 'value', message: 'The value must be exactly the one that the profile fixes.' };
  scope.fail(`!(${fixedCondition(scope.module, fixed, value)})`, issue);
}

/** `fhirPattern` (FHIR's pattern[x]): at least what the pattern says. */
export function emitPattern(scope: FunctionScope, pattern: unknown, value: string): void {
  const issue = { code: 'value', message: "The value does not hold the profile's pattern." };
  scope.fail(`!(${patternCondition(scope.module, pattern, value)})`, issue);
}

/** JavaScript condition for "is exactly this". */
export function fixedCondition(module: ModuleOutput, fixed: unknown, value: string): string {
  if (typeof fixed !== 'object' || fixed === null) return `${value}===${JSON.stringify(fixed)}`;
  const same = module.runtime('sameValue');
  return `${same}(${value},${module.constant(JSON.stringify(fixed))})`;
}

/** JavaScript condition for "holds this pattern": objects by their named properties, every item of an array by some item. */
export function patternCondition(module: ModuleOutput, pattern: unknown, value: string): string {
  if (Array.isArray(pattern)) {
    return pattern.map((item) => `${someItem(module, item)}(${value})`).join('&&');
  }
  if (typeof pattern !== 'object' || pattern === null) return `${value}===${JSON.stringify(pattern)}`;
  const parts = Object.entries(pattern).map(([key, part]: [string, unknown]) =>
    patternCondition(module, part, `${value}.${key}`),
  );
  const object = `typeof ${value}==='object'&&${value}!==null`;
  return [object, ...parts].join('&&');
}

/** Name of a function that says whether some item of an array holds a pattern. */
function someItem(module: ModuleOutput, pattern: unknown): string {
  const condition = patternCondition(module, pattern, 'x');
  return module.constant(
    `a=>{if(!Array.isArray(a))return false;for(let i=0;i<a.length;i++){const x=a[i];if(${condition})return true}return false}`,
  );
}
