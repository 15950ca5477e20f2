import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { Certificate } from '../adapters/http/support/certificate.ts';

/** A request on its way to the S3 server. */
export interface S3Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Counted from 1. */
  readonly number: number;
}

/** `pass`: on to the server. `half`: half of the body, then both sides are cut off. `drop`: the client is cut off. Else this status is answered. */
export type Course = 'pass' | 'half' | 'drop' | number;

/** Stands before the S3 server, so that a test sees every request of a program and can do something before one of them. */
export interface S3Proxy {
  readonly endpoint: string;
  readonly seen: S3Request[];
  /** Asked before each request, which waits for it. */
  before: (request: S3Request) => Course | Promise<Course>;
  /** What the server is made to say beside its own headers. */
  says: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts it on loopback; with a certificate, it speaks TLS to its clients. */
export async function startS3Proxy(endpoint: string, tls?: Certificate): Promise<S3Proxy> {
  const seen: S3Request[] = [];
  const { hostname, port } = new URL(endpoint);
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = '', url = '', headers } = incoming;
    const asked: S3Request = { method, url, headers, number: seen.length + 1 };
    seen.push(asked);
    void handle(asked, incoming, outgoing);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const proxy = {
    endpoint: '',
    seen,
    before: (): Course | Promise<Course> => 'pass',
    says: {},
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  } as S3Proxy & { endpoint: string };

  async function handle(asked: S3Request, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    const course = await proxy.before(asked);
    if (typeof course === 'number') return void outgoing.writeHead(course).end();
    if (course === 'drop') return void incoming.destroy();
    // The host stays as the client signed it.
    const onward = request({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers });
    onward.on('error', () => incoming.destroy());
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...proxy.says });
      answer.pipe(outgoing);
    });
    if (course === 'pass') return void incoming.pipe(onward);
    const whole = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
    onward.write(whole.subarray(0, whole.length / 2), () => {
      onward.destroy();
      incoming.destroy();
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
