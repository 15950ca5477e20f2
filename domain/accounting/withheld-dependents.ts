import type { NewLedgerEvent } from '../../schemas/ledger-events.ts';

/** The event that withholds open resources, because what they refer to has no id at the counterpart and never will have one. */
export function withheldDependents(ordinals: readonly number[], actor: string): NewLedgerEvent {
  // A resource is withheld once: the first of them names the event.
  const subject = `depends-on/${ordinals[0] ?? 0}`;
  return { subject, tryNumber: 1, actor, body: { kind: 'withheld-later', ordinals, reason: 'depends-on' } };
}
