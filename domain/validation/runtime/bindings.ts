import { isLanguageTag } from '../formats/language-tag.ts';
import type { Environment } from './environment.ts';

/** Codes of a value set. `unknown`: the content of one of its code systems is not at hand. */
export interface Codes {
  readonly bySystem: ReadonlyMap<string, ReadonlySet<string> | true>;
  /** The known codes of all systems. */
  readonly codes: ReadonlySet<string>;
  readonly unknown: boolean;
}

/** 1: within the value set. 0: cannot be known here. -1: outside. */
export type Within = 1 | 0 | -1;

interface CodingLike {
  readonly system?: unknown;
  readonly code?: unknown;
}

/** Languages: a system without a list, whose codes can be told by their form. */
const languages = 'urn:ietf:bcp:47';

/** A code of a system whose content is not at hand. */
function mayBeOf(system: string, code: unknown): Within {
  if (system === languages) return isLanguageTag(code) ? 1 : -1;
  return typeof code === 'string' ? 0 : -1;
}

/** A `code` or another text, bound by itself: its code system is that of the value set. */
export function codeWithin(code: unknown, { codes, bySystem, unknown }: Codes): Within {
  if (codes.has(code as string)) return 1;
  if (!unknown) return -1;
  return bySystem.size === 1 && bySystem.has(languages) ? mayBeOf(languages, code) : 0;
}

/** True for a code that none of the value set's code systems has; a system that is not known in full may have it. */
export function isOfNoSystem(code: unknown, { codes, bySystem }: Codes, e: Environment): boolean {
  if (codes.has(code as string)) return false;
  for (const system of bySystem.keys()) if (e.rules.codes(system)?.has(code as string) !== false) return false;
  return true;
}

/** A Coding: code and system together. */
export function codingWithin(coding: CodingLike | null | undefined, { bySystem }: Codes): Within {
  if (typeof coding !== 'object' || coding === null) return -1;
  const known = bySystem.get(coding.system as string);
  if (known === undefined) return -1;
  if (known === true) return mayBeOf(coding.system as string, coding.code);
  return known.has(coding.code as string) ? 1 : -1;
}

/** A CodeableConcept: one fitting coding is enough. */
export function conceptWithin({ coding }: { readonly coding?: unknown }, list: Codes): Within {
  if (!Array.isArray(coding)) return -1;
  let best: Within = -1;
  for (let i = 0; i < coding.length; i += 1) {
    const one = codingWithin(coding[i] as CodingLike, list);
    if (one === 1) return 1;
    if (one === 0) best = 0;
  }
  return best;
}

/** A Quantity: its unit. */
export function quantityWithin(quantity: CodingLike, list: Codes): Within {
  return codingWithin(quantity, list);
}

/** Any of the above, told by its shape: for slices that are told by a value set. */
export function anyWithin(value: unknown, list: Codes): boolean {
  if (typeof value !== 'object' || value === null) return codeWithin(value, list) === 1;
  return 'coding' in value ? conceptWithin(value, list) === 1 : codingWithin(value, list) === 1;
}
