import { createHash } from 'node:crypto';

import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';

/** What stands before the first event of a transfer. */
export const noHash = '0'.repeat(64);

/**
 * The hash of an event, hex: SHA-256 over the previous hash and the canonical JSON of
 * `{ actor, at, body, seq, subject, transferId, tryNumber }` (RFC 8785). An auditor can compute it without our program.
 */
export function eventHash(transferId: TransferId, event: Omit<LedgerEvent, 'hash'>): string {
  const { actor, at, body, seq, subject, tryNumber } = event;
  const content = canonicalJson({ actor, at, body, seq, subject, transferId, tryNumber });
  return createHash('sha256').update(event.previousHash).update(content).digest('hex');
}
