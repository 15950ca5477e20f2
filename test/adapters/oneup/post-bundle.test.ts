import { describe, expect, test } from 'vitest';

import { postBundle, postResource } from '../../../adapters/oneup/post-bundle.ts';
import { httpAnswer, isWholeRequest } from '../http/support/raw-server.ts';
import { pools, post, rawServer } from './support/posting.ts';

describe('an answered POST', () => {
  test('goes to the base itself with token and body as they are, and gives status, headers and text', async () => {
    const server = await rawServer({
      onData: ({ socket, received }) => {
        if (!isWholeRequest(received)) return;
        const date = 'Tue, 03 Mar 2026 10:00:00 GMT';
        socket.write(httpAnswer(200, '{"a":1}', { etag: 'W/"1"', location: 'Patient/1', 'retry-after': '7', date }));
      },
    });

    const answer = await post(server.origin, pools());

    expect(answer).toEqual({
      kind: 'answered',
      status: 200,
      headers: {
        contentType: 'application/fhir+json',
        location: 'Patient/1',
        etag: 'W/"1"',
        retryAfterMs: 7_000,
        dateMs: Date.UTC(2026, 2, 3, 10),
      },
      text: '{"a":1}',
    });
    const request = server.connections[0]?.received ?? '';
    expect(request.split('\r\n')[0]).toBe('POST /r4 HTTP/1.1');
    expect(request).toContain('authorization: Bearer abc.def\r\n');
    expect(request).toContain('content-type: application/fhir+json\r\n');
    expect(request.endsWith('\r\n\r\n{"resourceType":"Bundle"}')).toBe(true);
  });

  test('of one resource goes to its type', async () => {
    const server = await rawServer({ onData: ({ socket }) => void socket.write(httpAnswer(201, '')) });

    const answer = await postResource({
      pools: pools(),
      fhirBaseUrl: `${server.origin}/r4/`,
      resourceType: 'Condition',
      accessToken: 't',
      body: Buffer.from('{}'),
      timeoutMs: 5_000,
    });

    expect(answer).toMatchObject({ kind: 'answered', status: 201, text: '' });
    expect(server.count('POST /r4/Condition HTTP/1.1')).toBe(1);
  });

  test('is not redirected', async () => {
    const other = await rawServer({});
    const server = await rawServer({
      onData: ({ socket }) => void socket.write(httpAnswer(307, '', { location: `${other.origin}/r4` })),
    });

    expect(await post(server.origin, pools())).toMatchObject({ kind: 'answered', status: 307 });
    expect(other.connections).toHaveLength(0);
  });

  test('that an early hint precedes is the final one', async () => {
    const server = await rawServer({
      onData: ({ socket }) => void socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${httpAnswer(200, 'final')}`),
    });

    expect(await post(server.origin, pools())).toMatchObject({ status: 200, text: 'final' });
  });

  test('whose Content-Length is too short gives no part of itself to the next POST', async () => {
    const server = await rawServer({
      onData: ({ socket, received }, index) => {
        if (!isWholeRequest(received)) return;
        socket.write(
          index === 0 ? httpAnswer(200, '{"first":true}', { 'content-length': '5' }) : httpAnswer(200, '"second"'),
        );
      },
    });
    const through = pools({ connections: 1 });

    expect(await post(server.origin, through)).toMatchObject({ kind: 'answered', text: '{"fir' });
    expect(await post(server.origin, through)).toMatchObject({ kind: 'answered', text: '"second"' });
    expect(server.count('POST /r4 ')).toBe(2);
  });
});

describe('nothing is sent', () => {
  test('with a token that cannot stand in a header', async () => {
    const server = await rawServer({});
    const request = { pools: pools(), fhirBaseUrl: server.origin, body: Buffer.from('{}'), timeoutMs: 1_000 };
    await expect(postBundle({ ...request, accessToken: 'a\r\nx: y' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(postBundle({ ...request, accessToken: '' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(server.connections).toHaveLength(0);
  });

  test.each([
    ['production', 'http://api.example.com', 'PRODUCTION_UNSAFE'],
    ['production', 'https://localhost:8443', 'PRODUCTION_UNSAFE'],
    ['production', 'https://127.1', 'PRODUCTION_UNSAFE'],
    ['sandbox', 'http://api.example.com', 'PROFILE_INVALID'],
    ['sandbox', 'ftp://127.0.0.1', 'PROFILE_INVALID'],
    ['sandbox', 'https://user:secret@api.example.com', 'PROFILE_INVALID'],
  ] as const)('by a %s profile to %s', async (environment, origin, code) => {
    await expect(post(origin, pools({ environment }))).rejects.toMatchObject({ code });
  });
});
