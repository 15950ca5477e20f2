import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { asDeedId, asObjectKey, asSecretId } from '../../../schemas/ids.ts';
import type { NewLedgerEvent } from '../../../schemas/ledger-events.ts';
import { attempted, event, prepared, recordBatch, temporaryLedger } from './temporary-ledger.ts';

const ordinals = [0, 1];
const outcomes = ['confirmed', 'refused', 'deferred', 'unknown'] as const;

/** What may happen to a prepared transfer next; each gets a subject or try of its own from its place in the sequence. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    bundle: fc.integer({ min: 1, max: 4 }),
    end: fc.constantFrom(...outcomes, 'unsent', 'lost', 'none'),
  }),
  fc.record({
    kind: fc.constantFrom(
      'paused',
      'resumed',
      'token-received',
      'token-ended',
      'finding',
      'unknowns-found',
      'closed',
      'purged',
    ),
  }),
  fc.record({ kind: fc.constant('decided' as const), decision: fc.constantFrom('accept', 'resend') }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('the stored projection is the fold of the stored events, whatever happened', async () => {
  const { ledger } = await temporaryLedger();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      run += 1;
      const [transferId] = (await recordBatch(ledger, 1, `run${run}`)).transferIds;
      await ledger.append(transferId, prepared(8));
      for (const [index, one] of steps.entries()) {
        for (const next of eventsOf(one, index + 1)) await ledger.append(transferId, next);
      }

      const { projection, state, reason, headSeq } = await ledger.transfers.get(transferId);
      const rebuilt = await ledger.rebuildProjection(transferId);
      expect(JSON.parse(JSON.stringify(rebuilt))).toEqual(projection);
      expect({ state, reason }).toEqual({ state: rebuilt.state, reason: rebuilt.reason });
      const { counts } = await ledger.transfers.progress((await ledger.transfers.get(transferId)).batchId);
      expect(counts).toEqual(rebuilt.counts);
      expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact', events: headSeq });
    }),
    { numRuns: 40 },
  );
}, 60_000);

function eventsOf(one: Step, index: number): readonly NewLedgerEvent[] {
  const deedId = asDeedId(`d${index}`);
  const subject = `deed/${index}`;
  switch (one.kind) {
    case 'write':
      return writeOf(one.bundle, one.end, index);
    case 'paused':
    case 'resumed':
      return [event({ kind: one.kind, deedId }, subject)];
    case 'token-received': {
      const expires = { expiresAt: '2026-03-02T10:00:00.000Z', expiryFrom: 'mail' } as const;
      return [event({ kind: one.kind, deedId, secretId: asSecretId('s1'), fingerprint: 'f', ...expires }, subject)];
    }
    case 'token-ended':
      return [event({ kind: one.kind, secretId: asSecretId('s1'), cause: 'expired' }, subject)];
    case 'finding':
      return [event({ kind: one.kind, finding: 'skew', count: index }, subject)];
    case 'unknowns-found':
      return [event({ kind: one.kind, count: 1 }, subject)];
    case 'decided':
      return [event({ kind: 'unknowns-decided', deedId, decision: one.decision as 'accept', ordinals }, subject)];
    case 'purged': {
      const objects = { plan: 1 };
      const begun = { kind: 'purge-attempted', policy: 'p', endedBefore: '2026-01-01', objects, bytes: 1 } as const;
      return [event(begun, 'objects', index), event({ kind: one.kind }, 'objects', index)];
    }
    case 'closed':
      return [event({ kind: one.kind, state: 'failed', reason: 'UNEXPECTED' }, subject)];
    default:
      throw new Error('a step without events');
  }
}

function writeOf(bundle: number, end: string, tryNumber: number): readonly NewLedgerEvent[] {
  const subject = `bundle/${bundle}`;
  const place = [bundle * 2 - 2, bundle * 2 - 1];
  const begin = attempted(bundle, 0, place, tryNumber);
  if (end === 'none') return [begin];
  if (end === 'unsent') {
    return [begin, event({ kind: end, bundle, cause: 'throttled', ordinals: place }, subject, tryNumber)];
  }
  if (end === 'lost') return [begin, event({ kind: end, bundle, cause: 'reset', ordinals: place }, subject, tryNumber)];
  const entries = place.map((ordinal) => ({ ordinal, outcome: end as (typeof outcomes)[number], status: 200 }));
  const answerObject = asObjectKey(`answer/${bundle}-${tryNumber}`);
  return [begin, event({ kind: 'answered', bundle, status: 200, entries, answerObject }, subject, tryNumber)];
}
