import type { ConceptSet, ValueSet } from '../package/definitions.ts';

/**
 * A value set as far as it can be said offline. `systems` names, per code system, the codes that belong to it; `true` where the
 * content of that code system is not at hand, so that any of its codes may belong. `open` says why codes of *any* system may
 * belong: then nothing can be refused.
 */
export interface CodeList {
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly systems: Readonly<Record<string, readonly string[] | true>>;
  readonly open?: string;
}

/** The same as a value set, for value sets that include it. */
export function codeListAsValueSet({ url, systems, open }: CodeList): ValueSet {
  const include: ConceptSet[] = Object.entries(systems).map(([system, codes]) =>
    codes === true ? { system, filter: [notAtHand] } : { system, concept: codes.map((code) => ({ code })) },
  );
  // What is open stays open: the name of a value set that nobody has.
  return {
    resourceType: 'ValueSet',
    url,
    compose: { include: open === undefined ? include : [...include, { valueSet: [`${url}#open`] }] },
  };
}

/** A filter that nobody can apply: any code of the system may belong. */
const notAtHand = { property: '*', op: 'unknown', value: '' };
