import type { SentResource } from './decide-fates.ts';
import type { DistinctResource } from './distinct-resources.ts';

/** For each resource the indexes of those of the list that it refers to, itself left out. */
export function dependenciesOf(sent: readonly SentResource[]): number[][] {
  const indexOf = new Map<DistinctResource, number>(sent.map(({ prepared }, index) => [prepared.source, index]));
  return sent.map(({ prepared }, own) => {
    const targets = prepared.references.map((target) =>
      target.kind === 'inside' ? indexOf.get(target.target) : undefined,
    );
    return [...new Set(targets)].filter((index) => index !== undefined && index !== own) as number[];
  });
}
