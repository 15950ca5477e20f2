import type { ServerResponse } from 'node:http';

import { afterEach, describe, expect, test } from 'vitest';

import {
  openFhirReader,
  readResource,
  searchPage,
  typeNotGiven,
  type FhirReader,
} from '../../../adapters/fhir/fhir-reader.ts';
import { openHttpPools } from '../../../adapters/http/http-pool.ts';
import { CarryoverError } from '../../../schemas/failures.ts';
import { json, openHttpServer, type HttpServer, type SeenRequest } from '../http/support/http-server.ts';
import { openRawServer } from '../http/support/raw-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function readerOf(origin: string, timeoutMs = 2_000): FhirReader {
  const pools = openHttpPools({ connections: 2, environment: 'sandbox', maxAnswerBytes: 100_000 });
  closers.push(() => pools.close());
  return openFhirReader({ pools, baseUrl: `${origin}/r4`, accessToken: 'tok', timeoutMs });
}

async function serve(answer: (request: SeenRequest, response: ServerResponse) => void): Promise<HttpServer> {
  const server = await openHttpServer(answer);
  closers.push(() => server.close());
  return server;
}

const patients = { resourceType: 'Patient', parameters: { _count: '50' } };

/** The error of a promise, which has to be one of ours. */
async function failureOf(promise: Promise<unknown>): Promise<CarryoverError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CarryoverError)) throw new Error('No CarryoverError', { cause: error });
  return error;
}

describe('a page of a search', () => {
  test('is asked for with the token and gives resources, outcomes, total and the next link', async () => {
    const server = await serve((_, response) =>
      json(response, 200, {
        resourceType: 'Bundle',
        type: 'searchset',
        total: 120,
        link: [{ relation: 'next', url: 'https://api.example.com/r4?page=2' }],
        entry: [
          { resource: { resourceType: 'Patient', id: '1' }, search: { mode: 'match' } },
          { resource: { resourceType: 'OperationOutcome', issue: [] }, search: { mode: 'outcome' } },
        ],
      }),
    );

    const page = await searchPage(readerOf(server.origin), patients);

    expect(page).toEqual({
      resources: [{ resourceType: 'Patient', id: '1' }],
      outcomes: [{ resourceType: 'OperationOutcome', issue: [] }],
      nextUrl: 'https://api.example.com/r4?page=2',
      total: 120,
      samePage: false,
      answeredAtMs: expect.any(Number) as number,
    });
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/r4/Patient?_count=50' });
    expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer tok', accept: 'application/fhir+json' });
  });

  test('keeps numbers as they were written', async () => {
    const server = await serve((_, response) =>
      json(
        response,
        200,
        '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","valueQuantity":{"value":1.10,"big":12345678901234567890,"plain":7}}}]}',
      ),
    );

    const { resources } = await searchPage(readerOf(server.origin), patients);

    expect(JSON.stringify(resources[0])).toBe(
      '{"resourceType":"Observation","valueQuantity":{"value":1.10,"big":12345678901234567890,"plain":7}}',
    );
  });

  test('is followed over absolute and relative next links of the same origin', async () => {
    const server = await serve(({ url }, response) =>
      json(response, 200, { resourceType: 'Bundle', entry: [], total: url.length }),
    );
    const reader = readerOf(server.origin);

    await searchPage(reader, { ...patients, nextUrl: `${server.origin}/r4?_getpages=a%20b&x=1` });
    await searchPage(reader, { ...patients, nextUrl: 'Patient?page=3' });
    await searchPage(reader, { ...patients, nextUrl: '/r4/Patient?page=4' });

    expect(server.seen.map(({ url }) => url)).toEqual([
      '/r4?_getpages=a%20b&x=1',
      '/r4/Patient?page=3',
      '/r4/Patient?page=4',
    ]);
  });

  test('says when its next link leads back to itself, whatever the order of the parameters', async () => {
    const server = await serve((_, response) =>
      json(response, 200, {
        resourceType: 'Bundle',
        link: [{ relation: 'next', url: '/r4/Patient?page=1&_count=50' }],
      }),
    );
    const page = await searchPage(readerOf(server.origin), { ...patients, nextUrl: 'Patient?_count=50&page=1' });
    expect(page.samePage).toBe(true);
  });

  test('is not fetched from another origin: no socket opens there, and no token leaves', async () => {
    const other = await openRawServer({});
    closers.push(() => other.close());
    const server = await serve((_, response) => json(response, 200, {}));
    const reader = readerOf(server.origin);

    for (const nextUrl of [
      `${other.origin}/r4/Patient?page=2`,
      `//127.0.0.1:${other.port}/x`,
      'https://api.example.com/',
    ]) {
      expect((await failureOf(searchPage(reader, { ...patients, nextUrl }))).code).toBe('ORIGIN_REFUSED');
    }
    expect(other.connections).toHaveLength(0);
    expect(server.seen).toHaveLength(0);
  });

  test('is not fetched over a redirect', async () => {
    const other = await openRawServer({});
    closers.push(() => other.close());
    const server = await serve((_, response) => json(response, 302, '', { location: other.origin }));

    const failure = await failureOf(searchPage(readerOf(server.origin), patients));
    expect(failure).toMatchObject({ code: 'COUNTERPART_MALFORMED', status: 302 });
    expect(other.connections).toHaveLength(0);
  });
});

describe('a read that fails', () => {
  test.each([
    [401, 'TOKEN_REJECTED'],
    [403, 'ACCESS_FORBIDDEN'],
    [429, 'COUNTERPART_THROTTLED'],
    [500, 'COUNTERPART_ERROR'],
    [503, 'COUNTERPART_ERROR'],
    [400, 'COUNTERPART_MALFORMED'],
  ])('with %i is %s, with the time to wait and nothing of the answer', async (status, code) => {
    const server = await serve((_, response) =>
      json(response, status, { resourceType: 'OperationOutcome', text: 'Jane Canary' }, { 'retry-after': '12' }),
    );

    const failure = await failureOf(
      searchPage(readerOf(server.origin), { ...patients, parameters: { name: 'Canary' } }),
    );

    expect(failure).toMatchObject({ code, status, retryAfterMs: 12_000 });
    const everything = [failure.message, failure.stack, JSON.stringify(failure), String(failure.cause)].join('\n');
    expect(everything).not.toContain('Canary');
    expect(everything).not.toContain(server.origin);
    expect(everything).not.toContain('tok ');
  });

  test.each([
    ['HTML', '<html>Canary</html>'],
    ['half of JSON', '{"resourceType":"Bundle","entry":[{"Canary'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no resource', '{"id":"Canary"}'],
    ['another resource', '{"resourceType":"Patient","id":"Canary"}'],
    ['an entry without a resource', '{"resourceType":"Bundle","entry":[{"fullUrl":"Canary"}]}'],
    ['a next link without a URL', '{"resourceType":"Bundle","link":[{"relation":"next"}]}'],
    ['too much', `{"resourceType":"Bundle","x":"${'y'.repeat(200_000)}"}`],
  ])('because the answer is %s is COUNTERPART_MALFORMED', async (_, text) => {
    const server = await serve((__, response) => json(response, 200, text));
    const failure = await failureOf(searchPage(readerOf(server.origin), patients));
    expect(failure.code).toBe('COUNTERPART_MALFORMED');
    expect(`${failure.message}${failure.stack}${String(failure.cause)}`).not.toContain('Canary');
  });

  test('because nobody listens, or nobody answers in time, is COUNTERPART_UNREACHABLE', async () => {
    const silent = await openRawServer({});
    const reader = readerOf(silent.origin, 100);
    expect((await failureOf(searchPage(reader, patients))).code).toBe('COUNTERPART_UNREACHABLE');
    await silent.close();
    expect((await failureOf(searchPage(reader, patients))).code).toBe('COUNTERPART_UNREACHABLE');
  });
});

describe('a referenced resource', () => {
  test('is read by type and id or by a URL of the same origin', async () => {
    const server = await serve((_, response) => json(response, 200, { resourceType: 'Organization', id: 'o1' }));
    const reader = readerOf(server.origin);
    expect(await readResource(reader, 'Organization/o1')).toEqual({ resourceType: 'Organization', id: 'o1' });
    expect(await readResource(reader, `${server.origin}/r4/Organization/o1`)).toMatchObject({ id: 'o1' });
    expect(server.seen.map(({ url }) => url)).toEqual(['/r4/Organization/o1', '/r4/Organization/o1']);
  });

  test.each([404, 410])('that is not there (%i) is undefined', async (status) => {
    const server = await serve((_, response) => json(response, status, ''));
    expect(await readResource(readerOf(server.origin), 'Organization/o1')).toBeUndefined();
  });

  test('of another origin is refused', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const failure = await failureOf(
      readResource(readerOf(server.origin), 'https://elsewhere.example/r4/Organization/o1'),
    );
    expect(failure.code).toBe('ORIGIN_REFUSED');
  });

  test('cannot be written through the reader', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const { client } = readerOf(server.origin);
    const created = client.create({ resourceType: 'Patient', body: { resourceType: 'Patient' } });
    expect((await failureOf(created)).code).toBe('UNEXPECTED');
    expect(server.seen).toHaveLength(0);
  });
});

describe('a type that a server does not give', () => {
  const outcome = (code: string) => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] });

  test.each([
    [403, outcome('forbidden'), 403],
    [404, outcome('not-found'), 404],
    [501, outcome('not-supported'), 501],
    [400, outcome('not-supported'), 400],
    [400, outcome('invalid'), undefined],
    [403, outcome('throttled'), undefined],
    [403, outcome('expired'), undefined],
    [403, outcome('no code of FHIR'), undefined],
    [403, { message: 'Forbidden' }, undefined],
    [500, outcome('exception'), undefined],
  ])('is known by %i with %j: %s', async (status, body, expected) => {
    const server = await serve((_, response) => json(response, status, body));
    const error = await failureOf(searchPage(readerOf(server.origin), patients));
    expect(typeNotGiven(error)).toBe(expected);
  });
});
