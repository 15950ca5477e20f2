import type { ConceptSet } from '../package/definitions.ts';
import type { KnownCodes } from './code-systems.ts';
import type { Terminology } from './terminology.ts';

type Filter = NonNullable<ConceptSet['filter']>[number];

/** The codes of one system that an include names: listed, filtered or all. `true` where the system's content is not at hand. */
export function selectCodes(part: ConceptSet, terminology: Terminology): Set<string> | true {
  if (part.concept !== undefined) return new Set(part.concept.map(({ code }) => code));
  const known = part.system === undefined ? undefined : terminology.codes(part.system);
  if (known === undefined) return true;
  const filtered = (part.filter ?? []).map((filter) => filteredCodes(known, filter));
  // A filter that we do not know leaves the whole system in doubt.
  if (filtered.includes(undefined)) return true;
  return filtered.reduce<Set<string>>((chosen, next) => chosen.intersection(next ?? chosen), new Set(known.codes));
}

/** Codes that a filter keeps; undefined for a filter that cannot be applied here. */
function filteredCodes(known: KnownCodes, { property, op, value }: Filter): ReadonlySet<string> | undefined {
  switch (op) {
    case 'is-a':
      return known.below(value);
    case 'descendent-of': {
      const below = known.below(value);
      return below === undefined ? undefined : below.difference(new Set([value]));
    }
    case 'is-not-a': {
      const below = known.below(value);
      return below === undefined ? undefined : known.codes.difference(below);
    }
    case '=':
      return property === 'concept' ? known.below(value) : known.having(property, value);
    case 'in': {
      const listed = value.split(',').map((code) => code.trim());
      if (property === 'concept' || property === 'code') return known.codes.intersection(new Set(listed));
      return new Set(listed.flatMap((one) => [...known.having(property, one)]));
    }
    default:
      return undefined;
  }
}
