import type { LedgerEvent, LedgerEventBody } from '../../schemas/ledger-events.ts';

type MailOutcome = Extract<LedgerEventBody, { kind: 'mail-answered' }>['outcome'];

/**
 * Whether the member was mailed the link: the outcome of the newest try. `no-address`: the row has none, so that people deliver it;
 * `not-yet`: no try has begun. A try without an answer is `unknown`.
 */
export type LinkMailState = MailOutcome | 'no-address' | 'not-yet';

/** What the tries of a link's mail, or of a reminder of it, are counted under. */
export function linkMailSubject(revision: number, reminder = 0): string {
  return reminder === 0 ? `link/${revision}` : `link/${revision}/reminder/${reminder}`;
}

/** Whether the link of a revision was mailed, by the events of its transfer. */
export function linkMailState(
  events: readonly LedgerEvent[],
  revision: number,
  { email }: { readonly email?: string },
): LinkMailState {
  if (email === undefined) return 'no-address';
  const last = events.findLast(({ subject }) => subject === linkMailSubject(revision))?.body;
  if (last === undefined) return 'not-yet';
  return last.kind === 'mail-answered' ? last.outcome : 'unknown';
}
