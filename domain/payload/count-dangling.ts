import type { Plan } from '../../schemas/plan.ts';
import type { Fates } from './decide-fates.ts';
import type { DistinctResource } from './distinct-resources.ts';
import type { PreparedReference } from './prepare-resource.ts';

/** True where a reference between two sent resources is given up. */
type IsGivenUp = (from: DistinctResource, to: DistinctResource) => boolean;

/** References of sent resources to something that the counterpart will not have from us, by the types of both ends. */
export function countDangling({ sent, withheld }: Fates, isGivenUp: IsGivenUp = () => false): Plan['dangling'] {
  const absent = new Set(
    withheld.filter(({ reason }) => reason !== 'already-sent').map(({ prepared }) => prepared.source),
  );
  const counts = new Map<string, { from: string; to: string; count: number }>();
  for (const { prepared } of sent) {
    const from = prepared.resource.resourceType;
    const isAbsent = (to: DistinctResource) => absent.has(to) || isGivenUp(prepared.source, to);
    for (const to of prepared.references.map((target) => danglingType(target, isAbsent))) {
      if (to === undefined) continue;
      const pair = counts.get(`${from} ${to}`) ?? { from, to, count: 0 };
      pair.count += 1;
      counts.set(`${from} ${to}`, pair);
    }
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

function danglingType(target: PreparedReference, isAbsent: (target: DistinctResource) => boolean): string | undefined {
  switch (target.kind) {
    case 'inside':
      return isAbsent(target.target) ? target.target.resource.resourceType : undefined;
    case 'missing':
      return target.resourceType;
    case 'elsewhere':
      return target.resourceType ?? 'unknown';
    // Searches are for the counterpart to answer; they are counted as warnings.
    case 'stored':
    case 'contained':
    case 'search':
      break;
  }
  return undefined;
}
