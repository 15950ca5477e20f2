import fc from 'fast-check';
import { expect, test } from 'vitest';

import { projectEvent } from '../../../domain/accounting/project-transfer.ts';
import { initialProjection, type TransferProjection } from '../../../domain/accounting/transfer-projection.ts';
import { openOrdinals, unknownOrdinals } from '../../../domain/accounting/write-account.ts';
import { asDeedId, asObjectKey, asSecretId } from '../../../schemas/ids.ts';
import type { EntryOutcome, LedgerEventBody } from '../../../schemas/ledger-events.ts';

const actor = 'worker';

function fold(events: readonly (readonly [string, number, LedgerEventBody])[]): TransferProjection {
  return events.reduce(
    (projection, [subject, tryNumber, body]) => projectEvent(projection, { subject, tryNumber, actor, body }),
    initialProjection,
  );
}

const prepared = (planned: number, withheld = 0, repeats = 0): readonly [string, number, LedgerEventBody] => [
  '',
  1,
  {
    kind: 'prepared',
    planObject: asObjectKey('plan/1'),
    planHash: 'h',
    counts: {
      resources: planned + withheld + repeats,
      planned,
      repeats,
      withheld,
      bundles: Math.ceil(planned / 20),
      withheldByReason: withheld > 0 ? { 'not-clinical': withheld } : {},
    },
  },
];

const attempted = (bundle: number, tryNumber: number, ordinals: readonly number[]) =>
  [
    `bundle/${bundle}`,
    tryNumber,
    { kind: 'attempted', bundle, fence: 1, ordinals, bodyHash: 'h', tokenFingerprint: 'f' },
  ] as const satisfies readonly [string, number, LedgerEventBody];

const answered = (bundle: number, tryNumber: number, outcomes: Readonly<Record<number, EntryOutcome>>) =>
  [
    `bundle/${bundle}`,
    tryNumber,
    {
      kind: 'answered',
      bundle,
      status: 200,
      entries: Object.entries(outcomes).map(([ordinal, outcome]) => ({
        ordinal: Number(ordinal),
        outcome,
        status: 200,
      })),
    },
  ] as const satisfies readonly [string, number, LedgerEventBody];

const sum = ({ counts: c }: TransferProjection) =>
  c.open + c.confirmed + c.refused + c.unknown + c.withheld + c.repeats;

test('a resource that was attempted and never answered for is unknown', () => {
  const projection = fold([prepared(3), attempted(1, 1, [0, 1, 2])]);
  expect(projection.counts).toMatchObject({ open: 0, unknown: 3, confirmed: 0 });
  expect(projection.state).toBe('sending');
});

test('an answer settles its own try, entry by entry', () => {
  const projection = fold([
    prepared(4),
    attempted(1, 1, [0, 1, 2, 3]),
    answered(1, 1, { 0: 'confirmed', 1: 'refused', 2: 'deferred', 3: 'unknown' }),
  ]);
  expect(projection.counts).toMatchObject({ open: 1, confirmed: 1, refused: 1, unknown: 1 });
  expect(openOrdinals(projection.writes, [0, 1, 2, 3])).toEqual([2]);
});

test('a try that was certainly not stored opens its resources again', () => {
  const projection = fold([
    prepared(2),
    attempted(1, 1, [0, 1]),
    ['bundle/1', 1, { kind: 'unsent', bundle: 1, cause: 'not-connected', ordinals: [0, 1] }],
  ]);
  expect(projection.counts).toMatchObject({ open: 2, unknown: 0 });
  expect(projection.writes.tries['bundle/1']).toBe(1);
});

test('a late answer of a replaced writer turns its unknowns into what they are', () => {
  const projection = fold([
    prepared(3),
    attempted(1, 1, [0, 1]),
    attempted(2, 1, [2]),
    answered(2, 1, { 2: 'confirmed' }),
    answered(1, 1, { 0: 'confirmed', 1: 'confirmed' }),
  ]);
  expect(projection.counts).toMatchObject({ confirmed: 3, unknown: 0 });
});

test('after a decision to resend, the late answer of the old try changes nothing', () => {
  const decided = {
    kind: 'unknowns-decided',
    deedId: asDeedId('d'),
    decision: 'resend',
    ordinals: [0, 1],
  } as const satisfies LedgerEventBody;
  const resent = [prepared(2), attempted(1, 1, [0, 1]), ['deed/d', 1, decided]] as const;
  expect(fold(resent).counts).toMatchObject({ open: 2, unknown: 0 });
  const late = fold([...resent, answered(1, 1, { 0: 'confirmed', 1: 'confirmed' })]);
  expect(late.counts).toMatchObject({ open: 2, confirmed: 0 });
});

test('accepted unknowns stay unknown, are asked about no more, and a late answer still counts', () => {
  const accepted = {
    kind: 'unknowns-decided',
    deedId: asDeedId('d'),
    decision: 'accept',
    ordinals: [0, 1],
  } as const satisfies LedgerEventBody;
  const events = [prepared(2), attempted(1, 1, [0, 1]), ['deed/d', 1, accepted]] as const;
  expect(fold(events).counts.unknown).toBe(2);
  expect(unknownOrdinals(fold(events).writes)).toEqual([]);
  expect(fold([...events, answered(1, 1, { 0: 'confirmed', 1: 'refused' })]).counts).toMatchObject({
    confirmed: 1,
    refused: 1,
    unknown: 0,
  });
});

test('a closed transfer is not reopened by what comes after', () => {
  const projection = fold([
    prepared(1),
    attempted(1, 1, [0]),
    ['', 1, { kind: 'closed', state: 'cancelled' }],
    ['deed/x', 1, { kind: 'paused', deedId: asDeedId('x') }],
    answered(1, 1, { 0: 'confirmed' }),
  ]);
  expect(projection.state).toBe('cancelled');
  expect(projection.counts.confirmed).toBe(1);
});

test('a pause keeps the state to go back to, and the end of a token asks for the next one', () => {
  const secretId = asSecretId('s');
  const token = {
    kind: 'token-received',
    deedId: asDeedId('t'),
    secretId,
    fingerprint: 'f',
    expiresAt: '2026-01-01T00:00:00.000Z',
    expiryFrom: 'mail',
  } as const satisfies LedgerEventBody;
  const paused = fold([
    prepared(2),
    ['deed/t', 1, token],
    attempted(1, 1, [0]),
    ['deed/p', 1, { kind: 'paused', deedId: asDeedId('p') }],
  ]);
  expect(paused.state).toBe('paused');
  const resumed = projectEvent(paused, {
    subject: 'deed/r',
    tryNumber: 1,
    actor,
    body: { kind: 'resumed', deedId: asDeedId('r') },
  });
  expect(resumed.state).toBe('sending');
  const ended = projectEvent(resumed, {
    subject: 'token/s',
    tryNumber: 1,
    actor,
    body: { kind: 'token-ended', secretId, cause: 'expired' },
  });
  expect(ended).toMatchObject({ state: 'token-waiting' });
  expect(ended.token).toBeUndefined();
});

test('what happens during a pause does not end it; resumed, the transfer stands where it came to meanwhile', () => {
  const during = fold([
    prepared(2),
    ['deed/p', 1, { kind: 'paused', deedId: asDeedId('p') }],
    ['revision/1', 1, { kind: 'approval-requested', revision: 1, messageId: 'm' }],
  ]);
  expect(during.state).toBe('paused');
  const after = projectEvent(during, {
    subject: 'deed/r',
    tryNumber: 1,
    actor,
    body: { kind: 'resumed', deedId: asDeedId('r') },
  });
  expect(after.state).toBe('approval-requested');
});

/** One step of a random life: what happens to which bundle. */
const step = fc.record({
  bundle: fc.integer({ min: 1, max: 4 }),
  what: fc.constantFrom('attempt', 'answer', 'unsent', 'lost', 'resend', 'accept', 'withhold'),
  outcomes: fc.array(fc.constantFrom<EntryOutcome>('confirmed', 'refused', 'deferred', 'unknown'), {
    minLength: 5,
    maxLength: 5,
  }),
});

test('whatever happens in whatever order, every resource has exactly one place and the sums add up', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(5), fc.nat(5), (steps, withheld, repeats) => {
      let projection = fold([prepared(20, withheld, repeats)]);
      steps.forEach(({ bundle, what, outcomes }, index) => {
        const all = Array.from({ length: 5 }, (_, place) => (bundle - 1) * 5 + place);
        const subject = `bundle/${bundle}`;
        const tries = projection.writes.tries[subject] ?? 0;
        const open = openOrdinals(projection.writes, all);
        const deedId = asDeedId(`d${index}`);
        const bodies: Record<typeof what, readonly [string, number, LedgerEventBody] | undefined> = {
          attempt: open.length === 0 ? undefined : attempted(bundle, tries + 1, open),
          answer: answered(bundle, tries, Object.fromEntries(all.map((o, place) => [o, outcomes[place] ?? 'unknown']))),
          unsent: [subject, tries, { kind: 'unsent', bundle, cause: 'throttled', ordinals: all }],
          lost: [subject, tries, { kind: 'lost', bundle, cause: 'timeout', ordinals: all }],
          resend: ['deed', index, { kind: 'unknowns-decided', deedId, decision: 'resend', ordinals: all }],
          accept: ['deed', index, { kind: 'unknowns-decided', deedId, decision: 'accept', ordinals: all }],
          withhold: ['w', index, { kind: 'withheld-later', ordinals: open, reason: 'transfer-ended' }],
        };
        const next = bodies[what];
        if (next !== undefined) {
          const [eventSubject, tryNumber, body] = next;
          projection = projectEvent(projection, { subject: eventSubject, tryNumber, actor, body });
        }
        expect(sum(projection)).toBe(projection.counts.resources);
        expect(Math.min(...Object.values(projection.counts))).toBeGreaterThanOrEqual(0);
      });
    }),
    { numRuns: 300 },
  );
});

test('a decision about some of the unknowns leaves the transfer waiting; the last one lets it go on where any is resent', () => {
  const decided = (deed: string, decision: 'accept' | 'resend', ordinals: readonly number[]) =>
    [`deed/${deed}`, 1, { kind: 'unknowns-decided', deedId: asDeedId(deed), decision, ordinals }] as const;
  const found = ['unknowns', 1, { kind: 'unknowns-found', count: 3 }] as const;
  const asked = [prepared(3), attempted(1, 1, [0, 1, 2]), found] as const;
  const state = (...decisions: readonly ReturnType<typeof decided>[]) => fold([...asked, ...decisions]).state;
  expect(state(decided('a', 'resend', [0]))).toBe('needs-decision');
  expect(state(decided('a', 'resend', [0]), decided('b', 'accept', [1, 2]))).toBe('sending');
  expect(state(decided('a', 'accept', [0]), decided('b', 'resend', [1, 2]))).toBe('sending');
  expect(state(decided('a', 'accept', [0]), decided('b', 'accept', [1, 2]))).toBe('needs-decision');
  // What is open because it waits for an unknown one is no reason to go on.
  expect(fold([prepared(4), attempted(1, 1, [0, 1, 2]), found, decided('a', 'accept', [0, 1, 2])]).state).toBe(
    'needs-decision',
  );
});
