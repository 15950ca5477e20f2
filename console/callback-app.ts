import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { NONCE, secureHeaders, type SecureHeadersVariables } from 'hono/secure-headers';

import type { EventLog } from '../adapters/log/event-log.ts';
import type { CallbackAccepted, CallbackQuery } from '../operations/accept-callback.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { renderPage, statusOf, type CallbackPage } from './callback-page.ts';
import { rateLimit } from './rate-limit.ts';

export interface CallbackAppOptions {
  /** The paths of the redirect URIs; everything else is 404. */
  readonly paths: readonly string[];
  readonly accept: (query: CallbackQuery) => Promise<CallbackAccepted>;
  readonly log: EventLog;
  /** Milliseconds; only differences count. */
  readonly clock?: () => number;
  readonly limits?: { readonly perSecond: number; readonly burst: number };
}

type Env = { Variables: SecureHeadersVariables };

/** Characters; a code, a state and a client id fit in many times over. */
const longestUrl = 8_192;
const bodyBytes = 1_024;

/**
 * The one page that members see of us: where their browser comes back to with code and state (seed, "you'll be redirected to
 * the redirect_uri"). It takes them once, says so in plain words, and repeats nothing of what it got.
 */
export function callbackApp(options: CallbackAppOptions): Hono<Env> {
  const { paths, log, clock = () => performance.now() } = options;
  const limit = rateLimit({ ...(options.limits ?? { perSecond: 20, burst: 100 }), clock });
  const app = new Hono<Env>();
  app.use(strictHeaders());
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
  });
  app.use(bodyLimit({ maxSize: bodyBytes, onError: (context) => context.body(null, 413) }));
  app.use(async (context, next) => (context.req.url.length > longestUrl ? show(context, 'too-long') : next()));
  for (const path of new Set(paths)) app.get(path, async (context) => callback(context, options, limit));
  app.notFound((context) => show(context, 'not-found'));
  app.onError((error, context) => {
    const code = error instanceof CarryoverError ? error.code : 'UNEXPECTED';
    log.event('callback-refused', { code }, 'error');
    return show(context, 'later');
  });
  return app;
}

async function callback(
  context: Context<Env>,
  { accept, log }: CallbackAppOptions,
  limit: ReturnType<typeof rateLimit>,
): Promise<Response> {
  // Mail scanners and browsers look at a link before a person does; the state must outlast them.
  if (context.req.method !== 'GET') return context.body(null, 200);
  if (isPrefetch(context)) return context.body(null, 503);
  if (!limit.take()) {
    log.event('callback-refused', { cause: 'too-many' }, 'warn');
    context.header('Retry-After', '60');
    return show(context, 'too-many');
  }
  const query = readQuery(context);
  const accepted = query === 'repeated' ? ({ kind: 'refused', why: 'state-missing' } as const) : await accept(query);
  const outcome = accepted.kind === 'refused' ? accepted.why : accepted.kind;
  log.event(accepted.kind === 'refused' ? 'callback-refused' : 'callback-received', { outcome });
  return show(context, pageOf(outcome));
}

type Outcome = 'authorized' | 'denied' | 'rejected' | Extract<CallbackAccepted, { kind: 'refused' }>['why'];

const incomplete: ReadonlySet<Outcome> = new Set(['state-missing', 'code-missing', 'client-mismatch']);

function pageOf(outcome: Outcome): CallbackPage {
  return incomplete.has(outcome) ? 'incomplete' : (outcome as CallbackPage);
}

/** RFC 6749, section 3.1: a parameter must not be there twice. */
function readQuery(context: Context<Env>): CallbackQuery | 'repeated' {
  const all = context.req.queries();
  const names = ['code', 'state', 'client_id', 'error'] as const;
  if (names.some((name) => (all[name]?.length ?? 0) > 1)) return 'repeated';
  return {
    code: all['code']?.[0],
    state: all['state']?.[0],
    clientId: all['client_id']?.[0],
    error: all['error']?.[0],
  };
}

function isPrefetch(context: Context<Env>): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((header) =>
    /prefetch|prerender|preview/i.test(context.req.header(header) ?? ''),
  );
}

async function show(context: Context<Env>, page: CallbackPage): Promise<Response> {
  return context.html(renderPage(page, context.get('secureHeadersNonce') ?? ''), statusOf(page));
}

function strictHeaders() {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [NONCE],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
  });
}
