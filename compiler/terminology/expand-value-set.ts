import type { ConceptSet, ExpandedConcept, ValueSet } from '../package/definitions.ts';
import type { CodeList } from './code-list.ts';
import { selectCodes } from './select-codes.ts';
import type { Terminology } from './terminology.ts';

/** Codes by system while they are put together; `true` = the system's content is not at hand. */
type Codes = Map<string, Set<string> | true>;

interface Expansion {
  readonly codes: Codes;
  readonly open?: string;
}

/** Says which codes belong to a value set, with the code systems and value sets at hand and nothing else. */
export function expandValueSet(valueSet: ValueSet, terminology: Terminology): CodeList {
  const { codes, open } = expand(valueSet, terminology, new Set());
  const systems = [...codes].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    url: valueSet.url,
    ...(valueSet.version !== undefined && { version: valueSet.version }),
    ...(valueSet.name !== undefined && { name: valueSet.name }),
    systems: Object.fromEntries(systems.map(([system, list]) => [system, list === true ? true : [...list].toSorted()])),
    ...(open !== undefined && { open }),
  };
}

function expand(valueSet: ValueSet, terminology: Terminology, within: ReadonlySet<string>): Expansion {
  if (within.has(valueSet.url)) return { codes: new Map(), open: 'the value set includes itself' };
  if (valueSet.compose === undefined) return fromExpansion(valueSet);
  const inside = new Set([...within, valueSet.url]);
  const codes: Codes = new Map();
  let open: string | undefined;
  for (const include of valueSet.compose.include) {
    const part = partOf(include, terminology, inside);
    open ??= part.open;
    for (const [system, more] of part.codes) addCodes(codes, system, more);
  }
  for (const exclude of valueSet.compose.exclude ?? []) {
    const part = partOf(exclude, terminology, inside);
    if (part.open === undefined) for (const [system, fewer] of part.codes) removeCodes(codes, system, fewer);
  }
  return { codes, ...(open !== undefined && { open }) };
}

/** One include or exclude: codes of a system, narrowed to the value sets that it names. */
function partOf(part: ConceptSet, terminology: Terminology, within: ReadonlySet<string>): Expansion {
  const imported = (part.valueSet ?? []).map((url): Expansion => {
    const valueSet = terminology.valueSet(url);
    if (valueSet === undefined) return { codes: new Map(), open: `the value set ${url} is not at hand` };
    return expand(valueSet, terminology, within);
  });
  const own: Expansion[] =
    part.system === undefined ? [] : [{ codes: new Map([[part.system, selectCodes(part, terminology)]]) }];
  const [first, ...others] = [...own, ...imported];
  if (first === undefined) return { codes: new Map(), open: 'an include names neither a system nor a value set' };
  return others.reduce(intersect, first);
}

function intersect(one: Expansion, other: Expansion): Expansion {
  // What is open narrows nothing that can be said; the side that is known stands.
  if (one.open !== undefined) return other;
  if (other.open !== undefined) return one;
  const codes: Codes = new Map();
  for (const [system, list] of one.codes) {
    const otherList = other.codes.get(system);
    if (otherList === undefined) continue;
    if (list === true) codes.set(system, otherList);
    else codes.set(system, otherList === true ? list : list.intersection(otherList));
  }
  return { codes };
}

function addCodes(codes: Codes, system: string, more: ReadonlySet<string> | true): void {
  const list = codes.get(system);
  if (list === true || more === true) codes.set(system, true);
  else codes.set(system, new Set([...(list ?? []), ...more]));
}

function removeCodes(codes: Codes, system: string, fewer: ReadonlySet<string> | true): void {
  const list = codes.get(system);
  if (list === undefined || list === true || fewer === true) return;
  codes.set(system, list.difference(fewer));
}

function fromExpansion({ expansion }: ValueSet): Expansion {
  if (expansion === undefined) return { codes: new Map(), open: 'the value set has no content here' };
  const codes: Codes = new Map();
  const visit = (concepts: readonly ExpandedConcept[]) => {
    for (const { system, code, abstract, contains } of concepts) {
      if (system !== undefined && code !== undefined && abstract !== true) addCodes(codes, system, new Set([code]));
      visit(contains ?? []);
    }
  };
  visit(expansion.contains ?? []);
  return { codes };
}
