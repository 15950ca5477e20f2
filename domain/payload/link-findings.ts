import type { EntryAnswer } from '../../schemas/ledger-events.ts';
import type { Plan } from '../../schemas/plan.ts';

/** Findings after which references in the counterpart's store lead nowhere, although what holds them is confirmed. */
const brokenLinks: ReadonlySet<string> = new Set(['id-not-kept', 'confirmed-without-id', 'linked-with-unstored']);

/** True where one of the findings of a transfer says that references lead nowhere. */
export function hasBrokenLinks(findings: Readonly<Record<string, number>>): boolean {
  return Object.keys(findings).some((finding) => brokenLinks.has(finding));
}

/**
 * What an answer means for references. Ids of ours: `id-not-kept`, the counterpart gave another one. Ids from the server:
 * `confirmed-without-id`, a stored resource that nothing can be linked with any more; `linked-with-unstored`, one that was stored
 * beside one of the same request that it refers to, which was not.
 */
export function linkFindings(
  { idAssignment, resources }: Pick<Plan, 'idAssignment' | 'resources'>,
  entries: readonly EntryAnswer[],
): readonly string[] {
  const confirmed = entries.filter(({ outcome }) => outcome === 'confirmed');
  if (idAssignment === 'caller') {
    const hasAnotherId = ({ ordinal, storedId }: EntryAnswer) =>
      storedId !== undefined && storedId !== resources[ordinal]?.targetId;
    return confirmed.some(hasAnotherId) ? ['id-not-kept'] : [];
  }
  const notStored = new Set(
    entries.filter(({ outcome }) => outcome === 'refused' || outcome === 'deferred').map(({ ordinal }) => ordinal),
  );
  const isLeftDangling = ({ ordinal }: EntryAnswer) =>
    resources[ordinal]?.dependsOn.some((dependency) => notStored.has(dependency)) === true;
  return [
    ...(confirmed.some(({ storedId }) => storedId === undefined) ? ['confirmed-without-id'] : []),
    ...(confirmed.some(isLeftDangling) ? ['linked-with-unstored'] : []),
  ];
}
