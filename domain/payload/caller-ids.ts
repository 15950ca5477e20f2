import { asResourceKey, type ResourceKey } from '../../schemas/ids.ts';
import type { KeyedHash } from './distinct-resources.ts';

export interface TargetIdentity {
  readonly resourceKey: ResourceKey;
  /** A legal FHIR id (R4, datatypes.html#id). */
  readonly targetId: string;
}

export type IdentifyTarget = (resourceType: string, sourceId: string) => TargetIdentity;

/**
 * Ids that we fix for the counterpart's server. The member is part of them: an Organization that two members share is stored once
 * for each, because the token may not update (design.md, rule 7).
 */
export function callerIds(of: { counterpartId: string; memberKey: string; keyedHash: KeyedHash }): IdentifyTarget {
  const known = new Map<string, TargetIdentity>();
  return (resourceType, sourceId) => {
    const name = `${resourceType}/${sourceId}`;
    const identity =
      known.get(name) ?? identityOf(of.keyedHash('resource', of.counterpartId, of.memberKey, resourceType, sourceId));
    known.set(name, identity);
    return identity;
  };
}

function identityOf(key: string): TargetIdentity {
  return { resourceKey: asResourceKey(key), targetId: key.replaceAll(/[^A-Za-z0-9.-]/g, '').slice(0, 64) };
}
