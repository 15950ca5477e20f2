import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { read, stored } from './support/bundle-answers.ts';

const entryOf = fc.oneof(
  fc.record({
    response: fc.record(
      {
        status: fc.oneof(
          fc.constantFrom('200', '201 Created', '400 Bad', '422', '429', '500', 'no'),
          fc.string(),
          fc.integer(),
        ),
        location: fc.oneof(
          fc.constantFrom('Patient/p1', 'Condition/c1/_history/2', 'Condition/c2', 'Condition/900'),
          fc.string(),
        ),
        outcome: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.jsonValue(),
);

test('whatever comes back, every posted entry has exactly one answer, in the order of the post', () => {
  fc.assert(
    fc.property(fc.array(entryOf, { maxLength: 6 }), (entry) => {
      const answer = read(entry);
      if (answer.kind !== 'entries') throw new Error(answer.kind);
      expect(answer.entries.map(({ ordinal }) => ordinal)).toEqual([3, 4, 7]);
    }),
    { numRuns: 500 },
  );
});

test('no more entries are confirmed than the answer has successes, and none that names another resource', () => {
  fc.assert(
    fc.property(fc.array(entryOf, { maxLength: 6 }), (entry) => {
      const answer = read(entry);
      if (answer.kind !== 'entries') throw new Error(answer.kind);
      const confirmed = answer.entries.filter(({ outcome }) => outcome === 'confirmed');
      const successes = JSON.stringify(entry).split(/"status":"?\s*20[01]/).length - 1;
      expect(confirmed.length).toBeLessThanOrEqual(successes);
      const others = new Map([
        [3, ['c1', 'c2']],
        [4, ['p1', 'c2']],
        [7, ['p1', 'c1']],
      ]);
      for (const { ordinal, storedId } of confirmed) expect(others.get(ordinal)).not.toContain(storedId);
    }),
    { numRuns: 500 },
  );
});

test('the order of an answer that names its resources does not matter', () => {
  const answers = [stored('Patient/p1'), stored('Condition/c1', '200'), { ...stored('Condition/c2', '422') }];
  const outcomes = ['confirmed', 'confirmed', 'refused'];
  fc.assert(
    fc.property(fc.shuffledSubarray(answers, { minLength: 3 }), (shuffled) => {
      const answer = read(shuffled);
      if (answer.kind !== 'entries') throw new Error(answer.kind);
      expect(answer.entries.map(({ outcome }) => outcome)).toEqual(outcomes);
    }),
  );
});

test('no text of an answer gets into what is read, but ids, types and codes', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).map((text) => `Zz ${text} zZ`),
      (name) => {
        const outcome = {
          resourceType: 'OperationOutcome',
          issue: [{ severity: name, code: name, diagnostics: name }],
        };
        const answer = read([
          { response: { status: `422 ${name}`, outcome } },
          { response: { status: '201', location: name } },
          name,
        ]);
        expect(JSON.stringify(answer)).not.toContain('zZ');
      },
    ),
  );
});
