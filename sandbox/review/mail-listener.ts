import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';

import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

import type { World } from '../world.ts';
import type { Certificate } from './certificate.ts';
import { keepMail } from './keep-mail.ts';
import type { Reviewer } from './reviewer.ts';

/** "Send an email to payer2payer@1up.health" (seed). */
const REVIEW_ADDRESS = 'payer2payer@1up.health';

export interface MailListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens for mail on loopback, with STARTTLS; a mail is on the disk before it is answered with 250. */
export async function startMailListener(
  world: World,
  reviewer: Reviewer,
  certificate: Certificate,
  port: number,
): Promise<MailListener> {
  const authRequired = world.switches.values.smtpAuth === 'required';
  const server = new SMTPServer({
    key: certificate.key,
    cert: certificate.cert,
    banner: 'sandbox',
    size: 10_000_000,
    closeTimeout: 200,
    disableReverseLookup: true,
    authOptional: !authRequired,
    ...(authRequired ? {} : { disabledCommands: ['AUTH'] }),
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'payer' }),
    onMailFrom: (_address, session, callback) => callback(senderRefusal(world, session)),
    onData: (stream, session, callback) => callbackify(receive)(desk, stream, session, callback),
  });
  const desk: MailDesk = { world, reviewer, sockets: rememberSockets(server.server) };
  // A client that hangs up is no trouble of ours.
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function senderRefusal(world: World, session: SMTPServerSession): Error | null {
  if (world.switches.values.smtpTls === 'required' && !session.secure) {
    return smtpError(530, 'Must issue a STARTTLS command first');
  }
  return null;
}

interface MailDesk {
  readonly world: World;
  readonly reviewer: Reviewer;
  /** Open connections by the client's port, so that a fault can cut one. */
  readonly sockets: ReadonlyMap<number, Socket>;
}

/** Answers the greeting after DATA; throws an SMTP error where the mail is refused. */
async function receive(desk: MailDesk, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
  const { world, reviewer } = desk;
  const raw = await buffer(stream);
  const recipients = session.envelope.rcptTo.map((recipient) => recipient.address.toLowerCase());
  if (!recipients.includes(REVIEW_ADDRESS)) throw smtpError(550, `only mail for ${REVIEW_ADDRESS} is taken`);
  const faults = world.faults.fire('SMTP DATA', null);
  if (faults.has('hold')) await world.faults.replaced();
  const status = faults.get('status');
  if (status !== undefined) throw smtpError(status.status ?? 451, 'a fault of the sandbox');
  if (faults.has('reset-before-storing')) return hangUp(desk, session);
  await keepMail(world, reviewer, raw);
  return faults.has('reset-after-storing') ? hangUp(desk, session) : 'kept';
}

function hangUp({ sockets }: MailDesk, session: SMTPServerSession): string {
  sockets.get(session.remotePort)?.resetAndDestroy();
  return 'nobody hears this';
}

function rememberSockets(server: Server): ReadonlyMap<number, Socket> {
  const sockets = new Map<number, Socket>();
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
  });
  return sockets;
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
