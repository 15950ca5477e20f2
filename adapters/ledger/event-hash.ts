import { createHash } from 'node:crypto';

import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';

/** What stands before the first event of a transfer. */
export const noHash = '0'.repeat(64);

/**
 * The hash of an event, hex: SHA-256 over the previous hash and the canonical JSON of
 * `{ actor, at, body, seq, subject, transferId, tryNumber }` (RFC 8785). An auditor can compute it without our program.
 * `bodyText` is the canonical JSON of the body, where it is known already.
 */
export function eventHash(
  transferId: TransferId,
  { actor, at, body, seq, subject, tryNumber, previousHash }: Omit<LedgerEvent, 'hash'>,
  bodyText = canonicalJson(body),
): string {
  const names = [actor, at, subject, transferId].map((text) => JSON.stringify(text));
  const content = `{"actor":${names[0]},"at":${names[1]},"body":${bodyText},"seq":${seq},"subject":${names[2]},"transferId":${names[3]},"tryNumber":${tryNumber}}`;
  return createHash('sha256').update(previousHash).update(content).digest('hex');
}
