import { expect, test } from 'vitest';

import { summarizePlan, type PlannedRow } from '../../../domain/report/plan-summary.ts';
import type { CounterpartProfile } from '../../../schemas/counterpart.ts';

const profile = {
  pacing: { requestsPerSecond: 2, concurrentMembers: 1 },
  receive: { resourceTypes: ['Patient', 'Condition', 'Observation'] },
} as unknown as CounterpartProfile;

test('rows, resources, types and reasons are added up, and the pace makes minutes of the bundles', () => {
  const planned = (line: number, bundles: number): PlannedRow => ({
    line,
    outcome: 'planned',
    counts: { resources: 30, planned: 25, repeats: 2, withheld: 3, bundles, withheldByReason: { 'not-clinical': 3 } },
    byType: { Condition: 25 },
    dangling: [{ from: 'Condition', to: 'Encounter', count: line }],
    cyclesBroken: 1,
    warnings: { 'search-reference': 1 },
  });
  const rows: PlannedRow[] = [
    planned(2, 100),
    planned(3, 40),
    { line: 4, outcome: 'refused', code: 'SOURCE_NOT_FOUND', detail: '' },
    { line: 5, outcome: 'invalid', code: 'ROW_INVALID', detail: '' },
  ];
  const summary = summarizePlan(rows, profile);
  expect(summary.rows).toEqual({ total: 4, good: 2, refused: 1, invalid: 1 });
  expect(summary.resources).toEqual({
    resources: 60,
    planned: 50,
    repeats: 4,
    withheld: 6,
    bundles: 140,
    withheldByReason: { 'not-clinical': 6 },
  });
  expect(summary.byType).toEqual({ Condition: 50 });
  expect(summary.remarks).toEqual({
    dangling: [{ from: 'Condition', to: 'Encounter', count: 5 }],
    cyclesBroken: 2,
    warnings: { 'search-reference': 2 },
  });
  expect(summary.estimate).toEqual({ requests: 140, minutes: 1.2 });
});

test('for receiving, each member needs an exchange, the Patient and a page of each type', () => {
  const rows: PlannedRow[] = [
    { line: 2, outcome: 'valid' },
    { line: 3, outcome: 'valid' },
  ];
  expect(summarizePlan(rows, profile).estimate).toEqual({ requests: 8, minutes: 0.1 });
});
