import type { LedgerEvent, LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { WriteAccount } from './write-account.ts';

/** What is known of a resource whose write was begun, never answered for, and not decided about. No PHI. */
export interface UnknownResource {
  readonly ordinal: number;
  readonly bundle: number;
  readonly tryNumber: number;
  /** ISO 8601: when the write was committed, just before its first byte. */
  readonly attemptedAt: string;
  /**
   * How the answer was lost, such as `time-out`, `connection-broken` or `status-500`; `crash` where the try has no answer of any
   * kind; `answer-incomplete` where the bundle was answered, and this entry was not.
   */
  readonly cause: string;
  readonly tokenFingerprint: string;
  readonly bodyHash: string;
}

type Attempted = LedgerEvent & { readonly body: Extract<LedgerEventBody, { kind: 'attempted' }> };

/** The resources of a transfer that are unknown and undecided, by ordinal. A write that is in flight right now is among them. */
export function unknownResources(writes: WriteAccount, events: readonly LedgerEvent[]): readonly UnknownResource[] {
  const tries = new Map(events.filter(isAttempted).map((event) => [keyOf(event), event]));
  const causes = causesOf(events);
  return Object.entries(writes.openTries)
    .flatMap(([key, ordinals]) => {
      const attempted = tries.get(key);
      if (attempted === undefined) return [];
      const { bundle, tokenFingerprint, bodyHash } = attempted.body;
      const { tryNumber, at: attemptedAt } = attempted;
      const cause = causes.get(key) ?? 'crash';
      return ordinals
        .filter((ordinal) => writes.fates[ordinal] === 'u')
        .map((ordinal) => ({ ordinal, bundle, tryNumber, attemptedAt, cause, tokenFingerprint, bodyHash }));
    })
    .toSorted((one, other) => one.ordinal - other.ordinal);
}

/** How many resources were lost by each cause, the most frequent first. */
export function countByCause(unknowns: readonly UnknownResource[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { cause } of unknowns) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([, one], [, other]) => other - one));
}

function causesOf(events: readonly LedgerEvent[]): ReadonlyMap<string, string> {
  const causes = new Map<string, string>();
  for (const event of events) {
    if (event.body.kind === 'lost') causes.set(keyOf(event), event.body.cause);
    if (event.body.kind === 'answered') causes.set(keyOf(event), 'answer-incomplete');
  }
  return causes;
}

function isAttempted(event: LedgerEvent): event is Attempted {
  return event.body.kind === 'attempted';
}

/** The name of a try, as the write account has it. */
function keyOf({ subject, tryNumber }: LedgerEvent): string {
  return `${subject}#${tryNumber}`;
}
