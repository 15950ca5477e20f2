import type { CodeList } from '../terminology/code-list.ts';

/** Source of the module with the codes of value sets: each a `Codes` of domain/validation/runtime/bindings.ts. */
export function valueSetModule(lists: ReadonlyMap<string, CodeList>): string {
  const constants = [...lists]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { systems }]) => `export const ${name}=${codesOf(systems)};`);
  return `${constants.join('\n')}\n`;
}

function codesOf(systems: CodeList['systems']): string {
  const entries = Object.entries(systems);
  const bySystem = entries.map(
    ([system, codes]) => `[${JSON.stringify(system)},${codes === true ? 'true' : `new Set(${JSON.stringify(codes)})`}]`,
  );
  const all = entries.flatMap(([, codes]) => (codes === true ? [] : codes));
  const unknown = entries.some(([, codes]) => codes === true);
  return `{bySystem:new Map([${bySystem.join(',')}]),codes:new Set(${JSON.stringify([...new Set(all)])}),unknown:${unknown}}`;
}
