import type { KeyObject } from 'node:crypto';

import { asTransferId, type BatchId, type CounterpartId, type Direction, type TransferId } from '../../schemas/ids.ts';
import { hmacOfParts } from './keyed-hash.ts';

/**
 * Ids that are computed, so that the same thing has the same id on every machine and after every restart.
 * All are HMACs under a key that is never rotated (design.md, rule 7) and say nothing about the person.
 */
export interface DerivedIds {
  /**
   * One person, whatever the roster: previous member id and birth date. The name is left out, because a review may correct it,
   * and a corrected name must not make a second member. 40 hex digits.
   */
  memberKey(member: { readonly previousMemberId: string; readonly birthDate: string }): string;
  /** Rule 7: HMAC(idKey, direction, counterpart, batch, member key). The same member in the same batch is the same transfer. 40 hex digits. */
  transferId(of: {
    readonly direction: Direction;
    readonly counterpartId: CounterpartId;
    readonly batchId: BatchId;
    readonly memberKey: string;
  }): TransferId;
  /** What the ledger keeps of a link's one-time state. 64 hex digits. */
  linkStateHash(state: string): string;
}

/** The derived ids under one id key. */
export function derivedIds(idKey: KeyObject): DerivedIds {
  const id = (...parts: readonly string[]): string => hmacOfParts(idKey, parts).slice(0, 40);
  return {
    memberKey: ({ previousMemberId, birthDate }) => id('member', previousMemberId, birthDate),
    transferId: ({ direction, counterpartId, batchId, memberKey }) =>
      asTransferId(id('transfer', direction, counterpartId, batchId, memberKey)),
    linkStateHash: (state) => hmacOfParts(idKey, ['link-state', state]),
  };
}
