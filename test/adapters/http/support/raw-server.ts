import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

/** What came in over one TCP connection. */
export interface Connection {
  readonly socket: Socket;
  /** Everything read so far, as latin1. */
  received: string;
}

export interface RawServer {
  readonly origin: string;
  readonly port: number;
  readonly connections: readonly Connection[];
  /** How many times a text came in, over all connections. */
  count(text: string): number;
  close(): Promise<void>;
}

/** A TCP server that does as the test says: `onConnection` once per socket, `onData` after every piece that was read. */
export async function openRawServer(behaviour: {
  readonly onConnection?: (connection: Connection, index: number) => void;
  readonly onData?: (connection: Connection, index: number) => void;
  /** Leaves what arrives in the kernel until the test resumes the socket. */
  readonly pauseOnConnect?: boolean;
}): Promise<RawServer> {
  const connections: Connection[] = [];
  const server = createServer({ pauseOnConnect: behaviour.pauseOnConnect ?? false }, (socket) => {
    const connection: Connection = { socket, received: '' };
    const index = connections.push(connection) - 1;
    socket.on('error', () => undefined);
    if (!(behaviour.pauseOnConnect ?? false)) {
      socket.on('data', (bytes) => {
        connection.received += bytes.toString('latin1');
        behaviour.onData?.(connection, index);
      });
    }
    behaviour.onConnection?.(connection, index);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    connections,
    count: (text) => connections.reduce((sum, { received }) => sum + received.split(text).length - 1, 0),
    async close() {
      for (const { socket } of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** True where the text ends with a whole request whose Content-Length has arrived. */
export function isWholeRequest(received: string): boolean {
  const last = received.slice(received.lastIndexOf('POST /'));
  const split = last.indexOf('\r\n\r\n');
  const length = Number(/content-length: (\d+)/i.exec(last)?.[1] ?? 0);
  return split !== -1 && last.length - split - 4 >= length;
}

/** An HTTP/1.1 answer as text. */
export function httpAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    'content-type': 'application/fhir+json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`;
}
