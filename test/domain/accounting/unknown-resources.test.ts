import { expect, test } from 'vitest';

import { projectEvent } from '../../../domain/accounting/project-transfer.ts';
import { initialProjection } from '../../../domain/accounting/transfer-projection.ts';
import { countByCause, unknownResources } from '../../../domain/accounting/unknown-resources.ts';
import { asDeedId } from '../../../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody } from '../../../schemas/ledger-events.ts';

const at = '2026-01-01T00:00:00.000Z';

function eventsOf(bodies: readonly (readonly [string, number, LedgerEventBody])[]): readonly LedgerEvent[] {
  return bodies.map(([subject, tryNumber, body], index) => ({
    seq: index + 1,
    subject,
    tryNumber,
    body,
    at,
    actor: 'worker',
    previousHash: '',
    hash: '',
  }));
}

const attempted = (bundle: number, tryNumber: number, ordinals: readonly number[]) =>
  [
    `bundle/${bundle}`,
    tryNumber,
    { kind: 'attempted', bundle, fence: 1, ordinals, bodyHash: `${bundle}.${tryNumber}`, tokenFingerprint: 'f' },
  ] as const satisfies readonly [string, number, LedgerEventBody];

function unknownsOf(bodies: readonly (readonly [string, number, LedgerEventBody])[]) {
  const events = eventsOf(bodies);
  return unknownResources(events.reduce(projectEvent, initialProjection).writes, events);
}

test('each unknown has its own try and its own cause; what was answered, decided or sent again is not among them', () => {
  const deedId = asDeedId('d');
  const unknowns = unknownsOf([
    attempted(1, 1, [0, 1, 2]),
    ['bundle/1', 1, { kind: 'lost', bundle: 1, cause: 'time-out', ordinals: [0, 1, 2] }],
    attempted(2, 1, [3, 4]),
    [
      'bundle/2',
      1,
      {
        kind: 'answered',
        bundle: 2,
        status: 200,
        entries: [
          { ordinal: 3, outcome: 'confirmed', status: 201 },
          { ordinal: 4, outcome: 'unknown', status: 0 },
        ],
      },
    ],
    ['deed/d', 1, { kind: 'unknowns-decided', deedId, decision: 'resend', ordinals: [1] }],
    ['deed/e', 1, { kind: 'unknowns-decided', deedId, decision: 'accept', ordinals: [2] }],
    attempted(1, 2, [1]),
  ]);
  expect(unknowns.map(({ ordinal, tryNumber, cause, bodyHash }) => [ordinal, tryNumber, cause, bodyHash])).toEqual([
    [0, 1, 'time-out', '1.1'],
    [1, 2, 'crash', '1.2'],
    [4, 1, 'answer-incomplete', '2.1'],
  ]);
  expect(unknowns.every(({ attemptedAt }) => attemptedAt === at)).toBe(true);
  expect(countByCause([...unknowns, ...unknowns.slice(0, 1)])).toEqual({
    'time-out': 2,
    crash: 1,
    'answer-incomplete': 1,
  });
});
