import type { CodeSystem, ValueSet } from '../package/definitions.ts';
import { type KnownCodes, knownCodes } from './code-systems.ts';

/** Value sets and code systems at hand, found by canonical URL (with or without `|version`). */
export interface Terminology {
  valueSet(canonical: string): ValueSet | undefined;
  /** The concepts of a complete code system; undefined where its content is not at hand. */
  codes(system: string): KnownCodes | undefined;
}

interface Definitions {
  readonly valueSets: readonly ValueSet[];
  readonly codeSystems: readonly CodeSystem[];
}

/** Looks through several packages: the first that has a definition gives it, so a guide stands before what it depends on. */
export function terminologyOf(packages: readonly Definitions[]): Terminology {
  const valueSets = new Map<string, ValueSet>();
  const systems = new Map<string, CodeSystem>();
  for (const { valueSets: sets, codeSystems } of packages) {
    for (const set of sets) if (!valueSets.has(set.url)) valueSets.set(set.url, set);
    for (const system of codeSystems) if (!systems.has(system.url)) systems.set(system.url, system);
  }
  const known = new Map<string, KnownCodes | undefined>();
  return {
    valueSet: (canonical) => valueSets.get(canonical.split('|')[0] ?? canonical),
    codes(url) {
      if (!known.has(url)) {
        const system = systems.get(url);
        known.set(url, system === undefined ? undefined : knownCodes(system));
      }
      return known.get(url);
    },
  };
}
