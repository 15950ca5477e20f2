import type { Plan, PlannedResource } from '../../schemas/plan.ts';

/**
 * `batch`, because it says what happens: 1up posts and validates each entry on its own, so even a `transaction` is not atomic
 * there (notes on 1up's create API), and a server that does keep transactions whole would refuse twenty resources for one. The
 * ids are ours, so no entry needs a reference rewritten by the server.
 */
const opening = '{"resourceType":"Bundle","type":"batch","entry":[';
const closing = ']}';

/** One entry of a bundle. The full URL is relative, as in 1up's own published payload. */
export function bundleEntry({
  resourceType,
  targetId,
  json,
}: Pick<PlannedResource, 'resourceType' | 'targetId' | 'json'>): string {
  return `{"fullUrl":"${resourceType}/${targetId}","resource":${json},"request":{"method":"POST","url":"${resourceType}"}}`;
}

/** Bytes of a bundle besides its entries; each entry but the first costs one more for its comma. */
export const bundleFrameBytes = opening.length + closing.length;

/** The exact text that is posted for these resources of a plan: put together from stored texts, so it is the same every time. */
export function bundleBody(plan: Pick<Plan, 'resources'>, ordinals: readonly number[]): string {
  const entries = ordinals.map((ordinal) => {
    const planned = plan.resources[ordinal];
    if (planned === undefined || planned.fate.kind !== 'send')
      throw new RangeError(`Resource ${ordinal} is not one that the plan sends.`);
    return bundleEntry(planned);
  });
  return `${opening}${entries.join(',')}${closing}`;
}
