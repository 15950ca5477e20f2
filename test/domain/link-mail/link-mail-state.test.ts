import { expect, test } from 'vitest';

import { linkMailState, linkMailSubject } from '../../../domain/link-mail/link-mail-state.ts';
import type { LedgerEvent, LedgerEventBody } from '../../../schemas/ledger-events.ts';

const email = 'member@mail.example';
const attempted: LedgerEventBody = { kind: 'mail-attempted', messageId: '<m@x>', about: 'link' };
const answered = (outcome: 'unsent' | 'accepted'): LedgerEventBody => ({
  kind: 'mail-answered',
  outcome,
  about: 'link',
});
const eventsOf = (subject: string, ...bodies: readonly LedgerEventBody[]): readonly LedgerEvent[] =>
  bodies.map((body, seq) => ({
    seq,
    subject,
    tryNumber: 1,
    actor: 'worker',
    at: '',
    previousHash: '',
    hash: '',
    body,
  }));

test.each([
  [{}, [], 'no-address'],
  [{ email }, [], 'not-yet'],
  [{ email }, eventsOf('link/1', attempted, answered('unsent')), 'unsent'],
  [{ email }, eventsOf('link/1', attempted, answered('unsent'), attempted), 'unknown'],
  [{ email }, eventsOf('link/1', attempted, answered('accepted')), 'accepted'],
  [{ email }, eventsOf('link/2', attempted, answered('accepted')), 'not-yet'],
  [{ email }, eventsOf(linkMailSubject(1, 1), attempted, answered('accepted')), 'not-yet'],
] as const)('%# says what became of the mail of the first link', (record, events, state) => {
  expect(linkMailState(events, 1, record)).toBe(state);
});
