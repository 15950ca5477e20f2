import { createHash } from 'node:crypto';

import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';

/** What stands before the first event of a transfer. */
export const noHash = '0'.repeat(64);

/**
 * The hash of an event, hex: SHA-256 over the previous hash and the canonical JSON of
 * `{ actor, at, body, seq, subject, transferId, tryNumber }`. An auditor can compute it without our program.
 */
export function eventHash(transferId: TransferId, event: Omit<LedgerEvent, 'hash'>): string {
  const { actor, at, body, seq, subject, tryNumber } = event;
  const content = canonicalJson({ actor, at, body, seq, subject, transferId, tryNumber });
  return createHash('sha256').update(event.previousHash).update(content).digest('hex');
}

/** JSON with the keys of every object sorted and no white space (RFC 8785 for the strings and integers that events hold). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isPlainObject(part) ? sortKeys(part) : part));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(object)
      .toSorted()
      .map((key) => [key, object[key]]),
  );
}
