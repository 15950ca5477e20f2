import type { AddressInfo, Socket } from 'node:net';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

import type { Certificate } from '../../http/support/certificate.ts';

export interface MailServer {
  readonly port: number;
  /** Every message that was taken whole, as it came. */
  readonly messages: string[];
  /** Everything that clients sent in clear, before TLS. */
  readonly inClear: () => string;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** A real SMTP server on loopback. */
export async function openMailServer(certificate: Certificate, options: SMTPServerOptions = {}): Promise<MailServer> {
  const messages: string[] = [];
  const sockets: Socket[] = [];
  const clear: Buffer[] = [];
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        messages.push(Buffer.concat(chunks).toString());
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('data', (chunk: Buffer) => clear.push(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    inClear: () => Buffer.concat(clear).toString('latin1'),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
