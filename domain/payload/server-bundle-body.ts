import type { Plan, PlannedResource } from '../../schemas/plan.ts';
import type { WriteAccount } from '../accounting/write-account.ts';
import { placeholderUrl } from './placeholder-url.ts';

/**
 * `transaction`, because only there FHIR has the server put ids in the place of `urn:uuid` references (R4, http.html#trules). 1up
 * posts and validates each entry on its own all the same; a server that keeps transactions whole refuses all of a bundle for one.
 */
const opening = '{"resourceType":"Bundle","type":"transaction","entry":[';
const closing = ']}';

/** Bytes of a bundle besides its entries; each entry but the first costs one more for its comma. */
export const serverBundleFrameBytes = opening.length + closing.length;

/** One entry of a bundle: no id, and a full URL that the other entries may refer to. */
export function serverBundleEntry({
  resourceType,
  resourceKey,
  json,
}: Pick<PlannedResource, 'resourceType' | 'resourceKey' | 'json'>): string {
  return `{"fullUrl":"${placeholderUrl(resourceKey)}","resource":${json},"request":{"method":"POST","url":"${resourceType}"}}`;
}

/** The text that is posted for these resources, which is the same for the same stored ids. Throws as `linkedJson`. */
export function serverBundleBody(
  plan: Pick<Plan, 'resources'>,
  ordinals: readonly number[],
  storedIds: WriteAccount['storedIds'],
): string {
  const together = new Set(ordinals);
  const entries = ordinals.map((ordinal) => {
    const { resourceType, resourceKey } = sentResource(plan, ordinal);
    return serverBundleEntry({ resourceType, resourceKey, json: linkedJson(plan, ordinal, together, storedIds) });
  });
  return `${opening}${entries.join(',')}${closing}`;
}

/**
 * A resource as it is posted together with others: it refers to those by their full URLs, and to what is stored already by the ids
 * that the server gave. Throws RangeError where it refers to something that is neither.
 */
export function linkedJson(
  plan: Pick<Plan, 'resources'>,
  ordinal: number,
  together: ReadonlySet<number>,
  storedIds: WriteAccount['storedIds'],
): string {
  const { json, dependsOn } = sentResource(plan, ordinal);
  return dependsOn.reduce((text, dependency) => {
    if (together.has(dependency)) return text;
    const { resourceType, resourceKey } = sentResource(plan, dependency);
    const storedId = storedIds[dependency];
    if (storedId === undefined)
      throw new RangeError(`Resource ${ordinal} refers to ${dependency}, which has no id yet.`);
    return text.replaceAll(`"${placeholderUrl(resourceKey)}"`, `"${resourceType}/${storedId}"`);
  }, json);
}

function sentResource(plan: Pick<Plan, 'resources'>, ordinal: number): PlannedResource {
  const planned = plan.resources[ordinal];
  if (planned === undefined || planned.fate.kind !== 'send')
    throw new RangeError(`Resource ${ordinal} is not one that the plan sends.`);
  return planned;
}
