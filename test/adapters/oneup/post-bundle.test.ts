import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import type { HttpPools } from '../../../adapters/oneup/http-pool.ts';
import { openHttpPools } from '../../../adapters/oneup/http-pool.ts';
import { postBundle, postResource } from '../../../adapters/oneup/post-bundle.ts';
import { makeCertificate } from './support/certificate.ts';
import type { RawServer } from './support/raw-server.ts';
import { httpAnswer, isWholeRequest, openRawServer } from './support/raw-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function pools(options: Partial<Parameters<typeof openHttpPools>[0]> = {}): HttpPools {
  const opened = openHttpPools({ connections: 4, environment: 'sandbox', ...options });
  closers.push(() => opened.close());
  return opened;
}

async function rawServer(behaviour: Parameters<typeof openRawServer>[0]): Promise<RawServer> {
  const server = await openRawServer(behaviour);
  closers.push(() => server.close());
  return server;
}

function post(origin: string, through: HttpPools, more: { body?: Buffer; timeoutMs?: number } = {}) {
  const body = Buffer.from('{"resourceType":"Bundle"}');
  return postBundle({ pools: through, fhirBaseUrl: `${origin}/r4`, accessToken: 'abc.def', body, timeoutMs: 5_000, ...more });
}

/** Resolves once undici has handed a whole body to a socket. */
function bodySent(): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      unsubscribe('undici:request:bodySent', listener);
      resolve();
    };
    subscribe('undici:request:bodySent', listener);
  });
}

async function freePort(): Promise<number> {
  const server = await openRawServer({});
  await server.close();
  return server.port;
}

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
        socket.write(index === 0 ? httpAnswer(200, '{"first":true}', { 'content-length': '5' }) : httpAnswer(200, '"second"'));
      },
    });
    const through = pools({ connections: 1 });

    expect(await post(server.origin, through)).toMatchObject({ kind: 'answered', text: '{"fir' });
    expect(await post(server.origin, through)).toMatchObject({ kind: 'answered', text: '"second"' });
    expect(server.count('POST /r4 ')).toBe(2);
  });
});

describe('a POST is proved unsent', () => {
  test('when nobody listens', async () => {
    const answer = await post(`http://127.0.0.1:${await freePort()}`, pools());
    expect(answer).toEqual({ kind: 'unsent', cause: 'not-connected' });
  });

  test('when the name does not resolve', async () => {
    const answer = await post('https://counterpart.invalid', pools());
    expect(answer).toEqual({ kind: 'unsent', cause: 'not-connected' });
  });

  test('when the other side does not speak TLS', async () => {
    const server = await rawServer({ onData: ({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') });
    const answer = await post(`https://127.0.0.1:${server.port}`, pools());
    expect(answer).toEqual({ kind: 'unsent', cause: 'not-connected' });
    expect(server.count('POST')).toBe(0);
  });

  test('when the certificate is not trusted, and sent when its authority is named', async () => {
    const certificate = await makeCertificate();
    const received: string[] = [];
    const server = createTlsServer(certificate, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        received.push(bytes.toString());
        socket.write(httpAnswer(200, 'ok'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const strange = await post(origin, pools());
    const known = pools({ ca: certificate.cert });
    const trusted = await post(origin, known);
    await known.close();
    await new Promise((resolve) => server.close(resolve));

    expect(strange).toEqual({ kind: 'unsent', cause: 'not-connected' });
    expect(trusted).toMatchObject({ kind: 'answered', text: 'ok' });
    expect(received.join('').split('POST /r4 ')).toHaveLength(2);
  });

  test('when its time is over while it waits for a socket, and is not written when the socket comes free', async () => {
    let answerFirst: () => void = () => undefined;
    const server = await rawServer({
      onData: ({ socket }) => {
        answerFirst = () => void socket.write(httpAnswer(200, 'first'));
      },
    });
    const through = pools({ connections: 1 });
    const sent = bodySent();
    const first = post(server.origin, through);
    await sent;

    const second = await post(server.origin, through, { body: Buffer.from('"second"'), timeoutMs: 50 });
    answerFirst();
    const third = post(server.origin, through, { body: Buffer.from('"third"') });
    await expect.poll(() => server.count('"third"')).toBe(1);
    server.connections.at(-1)?.socket.write(httpAnswer(200, 'third'));

    expect(second).toEqual({ kind: 'unsent', cause: 'no-bytes-written' });
    expect(await first).toMatchObject({ text: 'first' });
    expect(await third).toMatchObject({ text: 'third' });
    expect(server.count('"second"')).toBe(0);
  });

  test('when the pools are closed already', async () => {
    const server = await rawServer({});
    const through = pools();
    through.poolFor(new URL(server.origin));
    await through.close();

    expect(await post(server.origin, through)).toEqual({ kind: 'unsent', cause: 'no-bytes-written' });
    expect(server.connections).toHaveLength(0);
  });
});

describe('a POST is lost', () => {
  test('when the connection is reset although the other side read nothing of it', async () => {
    const server = await rawServer({ pauseOnConnect: true });
    const sent = bodySent();
    const answer = post(server.origin, pools());
    await sent;
    await expect.poll(() => server.connections.length).toBe(1);
    server.connections[0]?.socket.resetAndDestroy();

    expect(await answer).toEqual({ kind: 'lost', cause: 'connection-broken' });
    expect(server.connections).toHaveLength(1);
  });

  test('when the connection is reset after the other side read all of it, and it is not sent again', async () => {
    const server = await rawServer({
      onData: ({ socket, received }) => void (isWholeRequest(received) && socket.resetAndDestroy()),
    });

    expect(await post(server.origin, pools())).toEqual({ kind: 'lost', cause: 'connection-broken' });
    expect(server.count('POST /r4 ')).toBe(1);
    expect(server.connections).toHaveLength(1);
  });

  test('when the connection is reset in the middle of a 4 MB body', async () => {
    const server = await rawServer({
      onData: ({ socket, received }) => void (received.length > 64 * 1024 && socket.resetAndDestroy()),
    });

    const answer = await post(server.origin, pools(), { body: Buffer.alloc(4 * 1024 * 1024, 0x20) });

    expect(answer).toEqual({ kind: 'lost', cause: 'connection-broken' });
    expect(server.count('POST /r4 ')).toBe(1);
  });

  test('when the answer does not come in time', async () => {
    const server = await rawServer({});

    expect(await post(server.origin, pools(), { timeoutMs: 100 })).toEqual({ kind: 'lost', cause: 'time-out' });
    expect(server.count('POST /r4 ')).toBe(1);
  });

  test('when the answer begins and does not end in time', async () => {
    const server = await rawServer({
      onData: ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'),
    });

    expect(await post(server.origin, pools(), { timeoutMs: 100 })).toEqual({ kind: 'lost', cause: 'time-out' });
  });

  test('when the answer is cut off', async () => {
    const server = await rawServer({
      onData: ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"resource'),
    });

    expect(await post(server.origin, pools())).toEqual({ kind: 'lost', cause: 'answer-broken-off' });
  });

  test('when what comes back is not HTTP', async () => {
    const server = await rawServer({ onData: ({ socket }) => void socket.end('220 mail.example ESMTP\r\n') });

    expect(await post(server.origin, pools())).toEqual({ kind: 'lost', cause: 'connection-broken' });
  });

  test('when the answer is larger than we read', async () => {
    const server = await rawServer({ onData: ({ socket }) => void socket.write(httpAnswer(200, 'x'.repeat(5_000))) });

    const answer = await post(server.origin, pools({ maxAnswerBytes: 1_000 }));
    expect(answer).toEqual({ kind: 'lost', cause: 'answer-too-large' });
  });
});

describe('a kept-alive socket', () => {
  test('that the other side closed is replaced, and the POST goes out once', async () => {
    const server = await rawServer({
      onData: ({ socket, received }) => {
        if (!isWholeRequest(received)) return;
        socket.end(httpAnswer(200, 'ok'));
      },
    });
    const through = pools({ connections: 1 });

    expect(await post(server.origin, through, { body: Buffer.from('"1"') })).toMatchObject({ kind: 'answered' });
    expect(await post(server.origin, through, { body: Buffer.from('"2"') })).toMatchObject({ kind: 'answered' });
    expect(server.count('POST /r4 ')).toBe(2);
    expect(server.connections).toHaveLength(2);
  });

  test('that is reset under a POST loses it, and the POST is not sent again on another one', async () => {
    const server = await rawServer({
      onData: ({ socket, received }) => {
        if (received.split('POST /r4 ').length === 2) socket.write(httpAnswer(200, 'ok'));
        else socket.resetAndDestroy();
      },
    });
    const through = pools({ connections: 1 });

    expect(await post(server.origin, through)).toMatchObject({ kind: 'answered' });
    expect(await post(server.origin, through)).toEqual({ kind: 'lost', cause: 'connection-broken' });
    expect(server.connections).toHaveLength(1);
    expect(server.count('POST /r4 ')).toBe(2);
  });
});

test('whatever the other side does to its sockets, no POST goes out twice and none that is unsent was seen', async () => {
  const rounds = 300;
  let dice = 7;
  const roll = (sides: number): number => (dice = (dice * 48_271) % 2_147_483_647) % sides;
  const server = await rawServer({
    onConnection: ({ socket }) => void (roll(12) === 0 && socket.resetAndDestroy()),
    onData: ({ socket, received }) => {
      const deed = roll(8);
      if (deed === 0) return void socket.resetAndDestroy();
      if (!isWholeRequest(received)) return;
      if (deed === 1) return void socket.end();
      if (deed === 2) return void socket.end(httpAnswer(200, 'ok'));
      socket.write(httpAnswer(200, 'ok'));
      if (deed === 3) setImmediate(() => socket.resetAndDestroy());
      if (deed === 4) setImmediate(() => socket.end());
      if (deed === 5) setTimeout(() => socket.destroy(), roll(3));
    },
  });
  const through = pools({ connections: 3 });
  const outcomes: { name: string; kind: string }[] = [];

  const worker = async (lane: number): Promise<void> => {
    for (let round = lane; round < rounds; round += 6) {
      const name = `Round${round}x`;
      const { kind } = await postResource({
        pools: through,
        fhirBaseUrl: server.origin,
        resourceType: name,
        accessToken: 't',
        body: Buffer.alloc(roll(3) * 40_000 + 2, 0x20),
        timeoutMs: 5_000,
      });
      outcomes.push({ name, kind });
      if (roll(4) === 0) await new Promise((resolve) => setTimeout(resolve, roll(3)));
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5].map(worker));

  const seen = outcomes.map(({ name, kind }) => ({ name, kind, times: server.count(`POST /${name} `) }));
  expect(seen.filter(({ times }) => times > 1)).toEqual([]);
  expect(seen.filter(({ kind, times }) => kind === 'unsent' && times > 0)).toEqual([]);
  expect(seen.filter(({ kind, times }) => kind === 'answered' && times !== 1)).toEqual([]);
  expect(new Set(seen.map(({ kind }) => kind))).toContain('lost');
  expect(seen).toHaveLength(rounds);
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
