import { expect, test } from 'vitest';

import { summarizing } from '../../../domain/report/validation-summary.ts';
import type { ResourceVerdict, VerdictIssue } from '../../../schemas/resource-verdict.ts';

const issue = (message: string, more: Partial<VerdictIssue> = {}): VerdictIssue => ({
  severity: 'error',
  code: 'invalid',
  expression: 'Patient.name',
  message,
  constraint: null,
  ...more,
});

const verdict = (line: number, issues: readonly VerdictIssue[]): ResourceVerdict => ({
  file: 'members.ndjson',
  line,
  resourceType: 'Patient',
  id: 'p',
  profiles: [],
  valid: issues.length === 0,
  issues,
});

test('issues that differ only in their place in a text are counted as one, by the first place', () => {
  const summing = summarizing();
  summing.add(verdict(1, [issue('The property is written twice (column 12).')]));
  summing.add(verdict(2, [issue('The property is written twice (line 3, column 4).')]));
  summing.add(verdict(3, [issue('The element font is not allowed in a narrative (character 9 of the narrative).')]));
  summing.add(verdict(4, [issue('Another (one).')]));
  const [{ reasons } = { reasons: [] }] = summing.summary().byType;
  expect(reasons.map(({ count, message, first }) => [count, message, first.line])).toEqual([
    [2, 'The property is written twice.', 1],
    [1, 'The element font is not allowed in a narrative.', 3],
    [1, 'Another (one).', 4],
  ]);
});

test('only the first reason of a resource counts, and what was not checked is counted apart', () => {
  const summing = summarizing();
  const information = issue('Not checked.', { severity: 'information' });
  summing.add(verdict(1, [information, issue('One.'), issue('Two.')]));
  summing.add({ ...verdict(2, [information]), valid: true });
  expect(summing.summary()).toMatchObject({
    files: 1,
    resources: 2,
    valid: 1,
    invalid: 1,
    byType: [{ resourceType: 'Patient', reasons: [{ message: 'One.', count: 1 }] }],
    notChecked: [{ message: 'Not checked.', count: 2 }],
  });
});
