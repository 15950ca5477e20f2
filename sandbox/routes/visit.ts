import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';

import { resetConnection, sendHalf, sendSlowly, waitIfSlow } from '../faults/connection-faults.ts';
import type { FiredFaults } from '../faults/fault-list.ts';
import { spoiltBody } from '../faults/spoilt-body.ts';
import type { JournalEntry, JournalRequest } from '../journal.ts';
import { type KnownToken, fingerprintOf } from '../tokens.ts';
import type { World } from '../world.ts';
import { bearerToken } from './bearer-token.ts';
import { insteadOfAnswer } from './instead-of-answer.ts';

export type NodeContext = Context<{ Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } }>;

/** One request to the FHIR or the token endpoint, read and matched with its faults. */
export interface Visit {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly memberId: string | null;
  readonly contentType: string;
  readonly token: KnownToken | undefined;
  readonly tokenFingerprint: string | null;
  readonly faults: FiredFaults;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly entries?: readonly JournalEntry[];
  /** Where the request itself, not its bearer token, tells whose it is. */
  readonly previousMemberId?: string;
}

export interface VisitRules {
  readonly origin: JournalRequest['origin'];
  /** Whose request it is, where the body and not a bearer token says so; it is then read before any fault. */
  readonly memberOf?: (body: string) => string | undefined;
  /** Does the work; runs inside the transaction that also holds the journal record. */
  readonly work: (visit: Visit) => Answer;
  /** What the body held, for requests that a fault keeps from being worked on. */
  readonly describeUnstored: (visit: Visit) => readonly JournalEntry[];
}

/**
 * Takes one request from arrival to answer: faults before the work, then work and journal record in one
 * transaction (one fsync), then faults on the answer.
 */
export async function receiveVisit(c: NodeContext, world: World, rules: VisitRules): Promise<Response> {
  const url = new URL(c.req.url);
  const secret = bearerToken(c);
  const token = secret === undefined ? undefined : world.tokens.find(secret);
  const memberId = token?.holder.previousMemberId ?? rules.memberOf?.(await c.req.text()) ?? null;
  const faults = world.faults.fire(`${c.req.method} ${url.pathname}`, memberId);
  const arrived: Visit = {
    method: c.req.method,
    path: url.pathname,
    query: url.searchParams,
    body: '',
    memberId,
    contentType: c.req.header('content-type') ?? '',
    token,
    tokenFingerprint: secret === undefined ? null : fingerprintOf(secret),
    faults,
  };
  if (faults.has('reset-before-reading')) return reset(c, () => record(world, rules, arrived, undefined));

  const visit: Visit = { ...arrived, body: await c.req.text() };
  if (faults.has('hold')) await world.faults.replaced();
  await waitIfSlow(faults.get('slow'), 'before-storing');
  if (faults.has('reset-before-storing')) return reset(c, () => record(world, rules, visit, undefined));
  const early = insteadOfAnswer(world, faults, 'before-storing');
  if (early !== undefined) {
    record(world, rules, visit, early);
    return send(c, world, early);
  }

  const answer = await world.database.commitTogether(() => {
    const worked = rules.work(visit);
    if (faults.has('expire-token') && token !== undefined) world.tokens.expire(token.fingerprint);
    record(world, rules, visit, worked);
    return worked;
  });
  await waitIfSlow(faults.get('slow'), 'after-storing');
  return answerWithFaults(c, world, faults, answer);
}

async function answerWithFaults(c: NodeContext, world: World, faults: FiredFaults, answer: Answer): Promise<Response> {
  if (faults.has('reset-after-storing')) return reset(c, () => undefined);
  const shown = insteadOfAnswer(world, faults, 'after-storing') ?? answer;
  const whole = { ...shown, headers: headersOf(world, shown) };
  if (faults.has('truncated-body')) {
    sendHalf(c.env.outgoing, whole);
    return RESPONSE_ALREADY_SENT;
  }
  if (faults.has('slow-body')) {
    await sendSlowly(c.env.outgoing, whole, faults.get('slow-body')?.delayMs);
    return RESPONSE_ALREADY_SENT;
  }
  const { body, headers } = spoiltBody(faults, shown.body);
  return c.body(body, shown.status as 200, { ...whole.headers, ...headers });
}

function reset(c: NodeContext, beforehand: () => void): Response {
  beforehand();
  resetConnection(c.env.outgoing);
  return RESPONSE_ALREADY_SENT;
}

function send(c: NodeContext, world: World, answer: Answer): Response {
  return c.body(answer.body, answer.status as 200, headersOf(world, answer));
}

/** The Date header tells the sandbox's own time, so that a moved clock can be seen. */
function headersOf(world: World, answer: Answer): Record<string, string> {
  const date = new Date(world.clock.now()).toUTCString();
  return { 'content-type': 'application/fhir+json; charset=utf-8', date, ...answer.headers };
}

function record(world: World, rules: VisitRules, visit: Visit, answer: Answer | undefined): void {
  const { method, path, body, memberId, tokenFingerprint, faults } = visit;
  world.database.transaction(() =>
    world.journal.append({
      origin: rules.origin,
      method,
      route: path,
      previousMemberId: answer?.previousMemberId ?? memberId,
      tokenFingerprint,
      bodySha256: body === '' ? null : createHash('sha256').update(body).digest('hex'),
      status: answer?.status ?? null,
      faults: [...faults.keys()],
      entries: answer?.entries ?? rules.describeUnstored(visit),
    }),
  );
}
