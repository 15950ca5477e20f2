import type { EntryAnswer } from '../../schemas/ledger-events.ts';
import type { Plan } from '../../schemas/plan.ts';

/**
 * What an answer means for references, where the server assigns the ids: `confirmed-without-id`, a stored resource that nothing can
 * be linked with any more; `linked-with-unstored`, one that was stored beside one of the same request that it refers to, which was not.
 */
export function linkFindings(
  { idAssignment, resources }: Pick<Plan, 'idAssignment' | 'resources'>,
  entries: readonly EntryAnswer[],
): readonly string[] {
  if (idAssignment !== 'server') return [];
  const confirmed = entries.filter(({ outcome }) => outcome === 'confirmed');
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
