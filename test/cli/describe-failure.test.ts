import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { describeFailure, failureText } from '../../cli/describe-failure.ts';
import { readDuration } from '../../cli/duration-option.ts';
import { csvLine } from '../../domain/report/csv-line.ts';
import { CarryoverError } from '../../schemas/failures.ts';

const root = join(import.meta.dirname, '../../');

describe('a failure', () => {
  test('says what happened, the code, where, what remains and what is next', () => {
    const error = new CarryoverError('ROSTER_HEADER', 'The column zip is missing.', {
      file: 'r.csv',
      line: 1,
      column: 'zip',
    });
    expect(failureText(describeFailure(error, 'Nothing was started.')).split('\n')).toEqual([
      'carryover: The header of the roster lacks a column, or names one twice. The column zip is missing.',
      '  code     ROSTER_HEADER',
      '  where    r.csv, line 1, column zip',
      '  remains  Nothing was started.',
      '  next     Mend the header or name an alias in the profile; nothing was started.',
    ]);
  });

  test('that nobody expected gives its class, its system code and our place, and nothing of its message', () => {
    class OddError extends Error {}
    const odd = Object.assign(new OddError(`FamilyCanary\n    at FamilyCanary (${root}FamilyCanary.ts:1:1)`), {
      code: 'EIO',
    });
    const described = describeFailure(odd, 'Nothing was started.');
    expect(described.detail).toMatch(/^OddError \(EIO\) at test\/cli\/describe-failure\.test\.ts:\d+\.$/);
    expect(JSON.stringify(described)).not.toContain('Canary');
    expect(described).toMatchObject({ code: 'UNEXPECTED', exitCode: 1 });
    expect(described.remains).not.toBe('Nothing was started.');
    for (const thrown of ['FamilyCanary', undefined, { message: 'FamilyCanary' }])
      expect(JSON.stringify(describeFailure(thrown, ''))).not.toContain('Canary');
  });
});

test('a cell of a CSV file is no formula, and quotes and line breaks stay inside it', () => {
  expect(csvLine(['=1+1', '+1', '-1', '@x', '\t=1', 'plain'])).toBe("'=1+1,'+1,'-1,'@x,'\t=1,plain\r\n");
  expect(csvLine(['a,b', 'say "so"', 'two\nlines'])).toBe('"a,b","say ""so""","two\nlines"\r\n');
});

test('a duration has a unit', () => {
  expect(['500ms', '90s', '10m', '2h', '1d'].map(readDuration)).toEqual([500, 90_000, 600_000, 7_200_000, 86_400_000]);
  for (const text of ['10', 'm', '1.5h', '-1s', '10 m', '1w']) expect(() => readDuration(text)).toThrow('A duration');
});
