import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { projectEvent } from '../../../domain/accounting/project-transfer.ts';
import { initialProjection, type TransferProjection } from '../../../domain/accounting/transfer-projection.ts';
import {
  batchReport,
  emptyTally,
  tallyTransfers,
  verdictOf,
  type ReportedBatch,
  type ReportedTransfer,
} from '../../../domain/report/batch-report.ts';
import { equationText, reportText } from '../../../domain/report/report-text.ts';
import { asObjectKey } from '../../../schemas/ids.ts';
import type { EntryOutcome, LedgerEventBody } from '../../../schemas/ledger-events.ts';
import type { SendEndState } from '../../../schemas/states.ts';

const batch = (rows: number | undefined, launched = true): ReportedBatch => ({
  batchId: 'b',
  direction: 'send',
  counterpartId: 'plan-a',
  createdAt: '2026-01-01T00:00:00.000Z',
  launched,
  ...(rows === undefined ? {} : { rows }),
});

function fold(bodies: readonly LedgerEventBody[]): TransferProjection {
  return bodies.reduce(
    (projection, body, index) => projectEvent(projection, { subject: 'bundle/1', tryNumber: index, actor: 'w', body }),
    initialProjection,
  );
}

function transferOf(bodies: readonly LedgerEventBody[], line = 2): ReportedTransfer {
  const projection = fold(bodies);
  return { transferId: `t${line}`, line, state: projection.state, projection };
}

/** A member's life as events: planned, a bundle attempted and answered entry by entry, closed or not. */
const life = fc
  .record({
    planned: fc.integer({ min: 0, max: 20 }),
    repeats: fc.nat(5),
    withheld: fc.nat(5),
    outcomes: fc.array(fc.constantFrom<EntryOutcome>('confirmed', 'refused', 'unknown', 'deferred'), { maxLength: 20 }),
    end: fc.option(fc.constantFrom<SendEndState>('sent', 'sent-with-exceptions', 'failed', 'cancelled', 'invalid')),
  })
  .map(({ planned, repeats, withheld, outcomes, end }): LedgerEventBody[] => {
    const ordinals = Array.from({ length: planned }, (_, ordinal) => ordinal);
    const entries = ordinals
      .slice(0, outcomes.length)
      .map((ordinal) => ({ ordinal, outcome: outcomes[ordinal] ?? 'unknown', status: 201 }));
    const counts = { resources: planned + repeats + withheld, planned, repeats, withheld, bundles: 1 };
    return [
      {
        kind: 'prepared',
        planObject: asObjectKey('plan/t'),
        planHash: 'h',
        counts: { ...counts, withheldByReason: { 'not-clinical': withheld } },
      },
      { kind: 'attempted', bundle: 1, fence: 0, ordinals, bodyHash: 'h', tokenFingerprint: 'f' },
      { kind: 'answered', bundle: 1, status: 200, entries },
      ...(end === null ? [] : [{ kind: 'closed', state: end } as const]),
    ];
  });

describe('the equations of a report', () => {
  test('hold for whatever the events of a batch were', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 12 }), fc.nat(3), (lives, notLaunched) => {
        const transfers = lives.map((bodies, index) => transferOf(bodies, index + 2));
        const launched = notLaunched === 0;
        const report = batchReport(batch(lives.length + notLaunched, launched), tallyTransfers(emptyTally, transfers));
        expect(report.addsUp).toBe(true);
        expect(report.rows.ended + report.rows.open + report.rows.notLaunched).toBe(report.rows.total);
      }),
    );
  });

  test('come out the same however the transfers are cut into pages', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 8 }), fc.nat(8), (lives, cut) => {
        const transfers = lives.map((bodies, index) => transferOf(bodies, index + 2));
        const whole = tallyTransfers(emptyTally, transfers);
        const pages = tallyTransfers(tallyTransfers(emptyTally, transfers.slice(0, cut)), transfers.slice(cut));
        expect(pages).toEqual(whole);
      }),
    );
  });

  test('do not hold where one resource is in two places or in none', () => {
    fc.assert(
      fc.property(life, fc.constantFrom(1, -1), (bodies, off) => {
        const honest = transferOf(bodies);
        const counts = { ...honest.projection.counts, confirmed: honest.projection.counts.confirmed + off };
        const wrong = { ...honest, projection: { ...honest.projection, counts } };
        const report = batchReport(batch(1), tallyTransfers(emptyTally, [wrong]));
        expect(report.addsUp).toBe(false);
        expect(verdictOf(report)).toBe('does-not-add-up');
        expect(reportText(report, verdictOf(report))).toContain('≠');
      }),
    );
  });

  test('do not hold where a row of a launched roster has no transfer', () => {
    const sent = transferOf([{ kind: 'closed', state: 'sent' }]);
    expect(batchReport(batch(2), tallyTransfers(emptyTally, [sent])).addsUp).toBe(false);
    expect(batchReport(batch(1), tallyTransfers(emptyTally, [sent, sent])).addsUp).toBe(false);
  });
});

describe('the verdict', () => {
  const verdict = (ends: readonly LedgerEventBody[][], launched = true) =>
    verdictOf(
      batchReport(
        batch(ends.length, launched),
        tallyTransfers(
          emptyTally,
          ends.map((bodies) => transferOf(bodies)),
        ),
      ),
    );
  const sent: LedgerEventBody[] = [{ kind: 'closed', state: 'sent' }];
  const refused: LedgerEventBody[] = [{ kind: 'closed', state: 'refused' }];
  const unknown: LedgerEventBody[] = [{ kind: 'unknowns-found', count: 1 }];

  test('is good only where every row ended well', () => {
    expect(verdict([sent, sent])).toBe('all-good');
    expect(verdict([sent, refused])).toBe('some-bad');
  });

  test('names a missing decision before other bad ends, and open rows before both', () => {
    expect(verdict([sent, refused, unknown])).toBe('needs-decision');
    expect(verdict([sent, refused, unknown, []])).toBe('running');
    expect(verdict([sent], false)).toBe('running');
  });
});

test('a report names bad rows by line, column and reason, and shows its sums', () => {
  const invalid = transferOf(
    [{ kind: 'closed', state: 'invalid', reason: 'ROW_INVALID', place: { column: 'zip' }, detail: 'zip is empty.' }],
    7,
  );
  const good = transferOf([{ kind: 'closed', state: 'sent' }], 8);
  const report = batchReport(batch(2), tallyTransfers(emptyTally, [invalid, good]));
  const text = reportText(report, verdictOf(report));
  expect(text).toContain('line 7  t7  invalid: ROW_INVALID, column zip, zip is empty.');
  expect(text).toContain('rows 2 = invalid 1 + sent 1');
  expect(report.equations.map(equationText)).toContain(
    'resources 0 = confirmed 0 + refused 0 + unknown 0 + withheld 0 + repeats 0',
  );
});

test('a receive report counts what is never kept by its own type, tells of remarks and repeats, and its sums hold', () => {
  const object = asObjectKey('page/1');
  const page = { kind: 'page-read', resourceType: 'Condition', object } as const;
  const member = transferOf([
    {
      ...page,
      page: 1,
      resources: 4,
      dropped: 3,
      droppedByType: { Coverage: 1, Claim: 2 },
      outcomes: 2,
      hasNext: true,
    },
    // As earlier versions noted it: under the type that was asked for.
    { ...page, page: 2, resources: 1, dropped: 1, hasNext: false },
    { kind: 'finding', finding: 'id-used-twice', count: 1 },
    {
      kind: 'stored',
      deliveryObject: object,
      countsByType: { Condition: 4 },
      dropped: { Coverage: 1, Claim: 2, Condition: 1 },
      repeats: 1,
      invalid: 0,
    },
    { kind: 'closed', state: 'stored' },
  ]);
  expect(member.projection.dropped).toEqual({ Coverage: 1, Claim: 2, Condition: 1 });
  const report = batchReport({ ...batch(1), direction: 'receive' }, tallyTransfers(emptyTally, [member]));
  const text = reportText(report, verdictOf(report));
  expect(text).toContain('read 9 = stored 4 + dropped 4 + repeats 1');
  expect(text).toMatch(/outcome-in-searchset +2\n +id-used-twice +1/);
});
