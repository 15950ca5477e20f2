import { typeNameOf } from '../schema/type-names.ts';
import { withoutVersion } from '../standalone/catalogue.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';

/** `targets`: the resource types, and where the target is at hand the profiles, that a Reference may point at. */
export function emitTargets(scope: FunctionScope, targets: readonly string[], value: string): void {
  const types = targets.map((url) => scope.catalogue.resourceTypeOf(url));
  // A target profile that is not at hand may be of any type.
  if (types.includes(undefined)) return;
  const named = scope.module.constant(
    `new Set(${JSON.stringify([...new Set(types)].toSorted((one, other) => (one ?? '').localeCompare(other ?? '')))})`,
  );
  const profiles = targets.map(withoutVersion).filter((url) => typeNameOf(url) === undefined);
  const plain = targets.flatMap((url) => typeNameOf(url) ?? []);
  const list = profiles.length === 0 ? 'undefined' : scope.module.constant(JSON.stringify({ profiles, types: plain }));
  const judge = scope.runtime('targetProblem');
  const problem = scope.variable('t');
  if (scope.mode === 'verdict') {
    const wrong = `${judge}(${value},${named},${list},e)!==undefined`;
    scope.write(`if(!(${obvious(types, value)})&&${wrong})return false;`);
    return;
  }
  scope.write(`const ${problem}=${judge}(${value},${named},${list},e);`);
  scope.write(
    `if(${problem}!==undefined)e.add(${scope.path},'error','structure',${problem},${JSON.stringify(scope.profile)});`,
  );
}

/** More types than this are looked up rather than tried one by one. */
const mostTried = 4;

/** Condition for what is most frequent and needs no look at anything else: `Type/id` of a type that may stand here. */
function obvious(types: readonly (string | undefined)[], value: string): string {
  const tried = [...new Set(types)].slice(0, mostTried).map((type) => `${value}.reference.startsWith("${type}/")`);
  const alone = `e.bundle===undefined&&${value}.type===undefined`;
  return `typeof ${value}.reference!=='string'||${alone}&&(${tried.join('||')})`;
}
