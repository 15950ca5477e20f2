import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { describe, expect, test } from 'vitest';

import { bodySent, freePort, pools, post, rawServer } from '../oneup/support/posting.ts';
import { makeCertificate } from './support/certificate.ts';
import { httpAnswer, isWholeRequest } from './support/raw-server.ts';

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
    const server = await rawServer({});
    const through = pools({ connections: 1 });
    const sent = bodySent();
    const first = post(server.origin, through);
    await sent;
    await expect.poll(() => server.connections.length).toBe(1);

    const second = await post(server.origin, through, { body: Buffer.from('"second"'), timeoutMs: 50 });
    server.connections[0]?.socket.write(httpAnswer(200, 'first'));
    const third = post(server.origin, through, { body: Buffer.from('"third"') });
    await expect.poll(() => server.count('"third"')).toBe(1);
    server.connections.at(-1)?.socket.write(httpAnswer(200, 'third'));

    expect(second).toEqual({ kind: 'unsent', cause: 'no-bytes-written' });
    expect(await first).toMatchObject({ text: 'first' });
    expect(await third).toMatchObject({ text: 'third' });
    expect(server.count('"second"')).toBe(0);
  });

  test('when the process stood still until its time was over, and then got its socket', async () => {
    const server = await rawServer({});
    const standStill = () => {
      unsubscribe('undici:client:connected', standStill);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
    };
    subscribe('undici:client:connected', standStill);

    expect(await post(server.origin, pools(), { timeoutMs: 100 })).toEqual({
      kind: 'unsent',
      cause: 'no-bytes-written',
    });
    await expect.poll(() => server.connections.length).toBe(1);
    expect(server.count('POST')).toBe(0);
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
