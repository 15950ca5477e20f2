import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { failures } from '../../schemas/failures.ts';
import { errorsDoc, errorsDocFile } from '../../tools/write-errors-doc.ts';

const doc = await readFile(errorsDocFile, 'utf8');

test('docs/errors.md lists exactly the failure catalogue, each once', () => {
  const headings = [...doc.matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
  expect(headings).toEqual(Object.keys(failures));
});

test('docs/errors.md is what tools/write-errors-doc.ts writes', () => {
  expect(doc).toBe(errorsDoc());
});

test.each(Object.entries(failures))('%s says in whole sentences what happened and what to do', (_code, failure) => {
  expect(failure.message).toMatch(/^[A-Z].*[.]$/);
  expect(failure.advice).toMatch(/^[A-Z].*[.]$/);
});
