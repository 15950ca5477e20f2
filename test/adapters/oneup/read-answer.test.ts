import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readBundleAnswer, readResourceAnswer } from '../../../adapters/oneup/read-answer.ts';
import { policy, posted, read, refused, stored } from './support/bundle-answers.ts';

function readText(text: string, status = 200, headers = {}) {
  return readBundleAnswer({ status, headers, text }, posted, policy);
}

describe('the answer to a bundle', () => {
  test('confirms entries with 200 and with 201, and keeps the id under which they were stored', () => {
    expect(read([stored('Patient/p1'), stored('Condition/c1', '200'), { response: { status: '200 OK' } }])).toEqual({
      kind: 'entries',
      entries: [
        { ordinal: 3, outcome: 'confirmed', status: 201, storedId: 'p1' },
        { ordinal: 4, outcome: 'confirmed', status: 200, storedId: 'c1' },
        { ordinal: 7, outcome: 'confirmed', status: 200 },
      ],
      findings: [],
    });
  });

  test('is believed in its order when the counterpart assigned ids of its own', () => {
    const answer = read([
      stored('https://api.example.com/r4/Patient/901'),
      stored('Condition/902'),
      stored('Condition/903'),
    ]);
    expect(answer).toMatchObject({
      entries: [{ storedId: '901' }, { storedId: '902' }, { storedId: '903' }],
      findings: [],
    });
  });

  test('refuses one entry with its status and first issue code, and confirms the others', () => {
    expect(
      read([stored('Patient/p1'), refused('422 Unprocessable', 'business-rule'), stored('Condition/c2')]),
    ).toMatchObject({
      entries: [
        { outcome: 'confirmed' },
        { outcome: 'refused', status: 422, issueCode: 'business-rule' },
        { outcome: 'confirmed' },
      ],
    });
  });

  test('keeps no issue code that is not of FHIR, for it could be data', () => {
    const answer = read([stored('Patient/p1'), refused('400', 'jane-doe'), stored('Condition/c2')]);
    expect(JSON.stringify(answer)).not.toContain('jane');
  });

  test('defers entries that were throttled, or came too late for the token', () => {
    expect(read([stored('Patient/p1'), refused('429', 'throttled'), refused('401', 'expired')])).toMatchObject({
      entries: [{ outcome: 'confirmed' }, { outcome: 'deferred', status: 429 }, { outcome: 'deferred', status: 401 }],
    });
  });

  test('leaves entries unknown whose status says nothing certain', () => {
    expect(
      read([{ response: { status: '500' } }, { response: {} }, { response: { status: '202 Accepted' } }]),
    ).toMatchObject({
      entries: [
        { outcome: 'unknown', status: 500 },
        { outcome: 'unknown', status: 0 },
        { outcome: 'unknown', status: 202 },
      ],
    });
  });

  test('leaves an entry unknown that was stored and failed at once', () => {
    const both = refused('201 Created', 'processing');
    expect(read([both, stored('Condition/c1'), stored('Condition/c2')])).toMatchObject({
      entries: [{ outcome: 'unknown' }, { outcome: 'confirmed' }, { outcome: 'confirmed' }],
      findings: ['stored-with-error-outcome'],
    });
  });

  test('with too few entries confirms only those that it names', () => {
    expect(read([stored('Patient/p1'), stored('Condition/c2')])).toMatchObject({
      entries: [
        { ordinal: 3, outcome: 'confirmed' },
        { ordinal: 4, outcome: 'unknown' },
        { ordinal: 7, outcome: 'confirmed' },
      ],
      findings: ['too-few-entries', 'entries-reordered'],
    });
  });

  test('with too few entries of the ids that the counterpart assigned confirms none', () => {
    expect(read([stored('Patient/901'), stored('Condition/902')])).toMatchObject({
      entries: [{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'unknown' }],
      findings: ['too-few-entries'],
    });
  });

  test('with too many entries confirms those that it names once', () => {
    const entry = [stored('Patient/p1'), stored('Condition/c1'), stored('Condition/c2'), stored('Condition/c2')];
    expect(read(entry)).toMatchObject({
      entries: [{ outcome: 'confirmed' }, { outcome: 'confirmed' }, { outcome: 'unknown' }],
      findings: ['too-many-entries', 'entry-answered-twice'],
    });
  });

  test('in another order is matched by id, and a refusal without an id then belongs to nobody', () => {
    expect(read([stored('Condition/c2'), refused('422', 'invalid'), stored('Patient/p1')])).toMatchObject({
      entries: [{ outcome: 'confirmed' }, { outcome: 'unknown' }, { outcome: 'confirmed' }],
      findings: ['entries-reordered'],
    });
  });

  test('with an entry of another type is not believed in its order', () => {
    expect(read([stored('Observation/901'), stored('Condition/902'), stored('Condition/903')])).toMatchObject({
      entries: [{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'unknown' }],
      findings: ['entry-of-another-type'],
    });
  });

  test.each([
    ['an HTML page', '<html><body>Welcome</body></html>'],
    ['nothing', ''],
    ['half a bundle', '{"resourceType":"Bundle","entry":[{"response":{"sta'],
    ['an OperationOutcome', '{"resourceType":"OperationOutcome","issue":[]}'],
    ['a bundle whose entry is no list', '{"resourceType":"Bundle","entry":{}}'],
    ['null', 'null'],
  ])('that is %s loses the bundle', (_, text) => {
    expect(readText(text)).toEqual({ kind: 'lost', cause: 'malformed-answer' });
  });
});

describe('a bundle that failed as a whole', () => {
  test('is refused where the status says that nothing was stored', () => {
    const text = JSON.stringify({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'too-costly' }],
    });
    expect(readText(text, 413)).toEqual({
      kind: 'refused-whole',
      entries: posted.map(({ ordinal }) => ({ ordinal, outcome: 'refused', status: 413, issueCode: 'too-costly' })),
    });
  });

  test('goes again after a 429 or 503, and the time that the counterpart names', () => {
    expect(readText('<html>', 429, { retryAfterMs: 5_000 })).toEqual({
      kind: 'try-again',
      cause: 'throttled',
      retryAfterMs: 5_000,
    });
    expect(readText('', 503)).toEqual({ kind: 'try-again', cause: 'unavailable' });
  });

  test('ends the token with a 401 and the sending with a 403', () => {
    expect(readText('', 401)).toEqual({ kind: 'token-rejected' });
    expect(readText('', 403)).toEqual({ kind: 'forbidden' });
  });

  test('is lost with every status that the profile does not name', () => {
    const named = new Set([200, 201, ...policy.notStoredStatuses]);
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }).filter((status) => !named.has(status)),
        (status) => {
          expect(readText('{"resourceType":"Bundle"}', status)).toEqual({ kind: 'lost', cause: `status-${status}` });
        },
      ),
    );
  });

  test('is lost with a 503 that the profile does not name as not stored, although it names it as to be tried again', () => {
    const answer = readBundleAnswer({ status: 503, headers: {}, text: '' }, posted, {
      ...policy,
      notStoredStatuses: [429],
    });
    expect(answer).toEqual({ kind: 'lost', cause: 'status-503' });
  });
});

describe('the answer to one resource', () => {
  const one = { ordinal: 9, resourceType: 'Condition', targetId: 'c9' };
  const readOne = (status: number, text: string, headers = {}) =>
    readResourceAnswer({ status, headers, text }, one, policy);

  test('confirms it with the id from the Location, else from the resource', () => {
    expect(readOne(201, '', { location: 'https://x.example/r4/Condition/77/_history/1' })).toEqual({
      kind: 'entries',
      entries: [{ ordinal: 9, outcome: 'confirmed', status: 201, storedId: '77' }],
      findings: [],
    });
    expect(readOne(200, '{"resourceType":"Condition","id":"78"}')).toMatchObject({ entries: [{ storedId: '78' }] });
    expect(readOne(200, '')).toMatchObject({ entries: [{ outcome: 'confirmed', status: 200 }] });
  });

  test('is lost when a success holds something else', () => {
    expect(readOne(200, '<html>')).toEqual({ kind: 'lost', cause: 'malformed-answer' });
    expect(readOne(200, '{"resourceType":"OperationOutcome"}')).toEqual({ kind: 'lost', cause: 'malformed-answer' });
  });
});
