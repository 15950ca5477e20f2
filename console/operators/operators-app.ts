import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { NONCE, secureHeaders } from 'hono/secure-headers';

import type { EventLog } from '../../adapters/log/event-log.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { controlTransfer } from '../../operations/control-transfer.ts';
import type { Operator } from '../../operations/operator.ts';
import { reissueLink } from '../../operations/reissue-link.ts';
import { CarryoverError, failures } from '../../schemas/failures.ts';
import { asBatchId, asTransferId, type BatchId, type TransferId } from '../../schemas/ids.ts';
import { batchPage } from './batch-page.ts';
import { batchesPage } from './batches-page.ts';
import { messagePage, type PageEnv } from './layout.ts';
import { signInPage } from './sign-in-page.ts';
import { sessionSeconds, type SignIn } from './sign-in.ts';

export interface OperatorsAppOptions {
  readonly operator: () => Operator;
  /** Whether links of production counterparts are shown and renewed. */
  readonly yesProduction: boolean;
  /** Where it listens, known once it does. */
  readonly origin: () => string;
  readonly signIn: () => SignIn;
  readonly log: EventLog;
}

const cookieName = 'carryover_console';
const bodyBytes = 4_096;

/**
 * The pages on which operators see batches and deliver, renew and withdraw authorization links. Everything but the sign-in needs a session;
 * what changes something is a form from these pages.
 */
export function operatorsApp(options: OperatorsAppOptions): Hono<PageEnv> {
  const { operator, signIn, origin, log } = options;
  const app = new Hono<PageEnv>();
  guard(app, options);

  app.get('/sign-in', (context) => signInPage(context, context.req.query('key') ?? ''));
  app.post('/sign-in', async (context) => {
    const session = await signIn().begin(await formValue(context, 'key'));
    if (session === undefined) return refuse(context, 403, 'This address was used, or is not the newest one.');
    log.event('operator-signed-in', {});
    setCookie(context, cookieName, session, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: sessionSeconds });
    return context.redirect(`${origin()}/`, 303);
  });
  app.post('/sign-out', (context) => {
    signIn().end(getCookie(context, cookieName));
    deleteCookie(context, cookieName, { path: '/' });
    return messagePage(context, 200, 'Signed out', 'You can close this page.');
  });
  app.get('/', (context) => batchesPage(context, operator()));
  app.get('/batches/:batch', async (context) => {
    const batchId = asBatchId(context.req.param('batch'));
    await requireConfirmed(options, batchId);
    return batchPage(context, operator(), {
      batchId,
      after: context.req.query('after'),
      row: context.req.query('row'),
    });
  });
  app.post('/transfers/:transfer/fresh-link', async (context) => {
    const transferId = asTransferId(context.req.param('transfer'));
    const batchId = await confirmedBatchOf(options, transferId);
    const { rowId } = await reissueLink(operator(), transferId);
    return context.redirect(`${origin()}/batches/${batchId}?row=${encodeURIComponent(rowId)}`, 303);
  });
  app.post('/transfers/:transfer/cancel', async (context) => {
    const transferId = asTransferId(context.req.param('transfer'));
    const batchId = await confirmedBatchOf(options, transferId);
    await controlTransfer(operator(), { transferId, control: 'cancel' });
    return context.redirect(`${origin()}/batches/${batchId}`, 303);
  });
  return app;
}

async function requireConfirmed({ operator, yesProduction }: OperatorsAppOptions, batchId: BatchId): Promise<void> {
  if (yesProduction) return;
  await operator().ledger.batches.get(batchId);
  const { id, environment } = await frozenProfile(operator(), batchId);
  if (environment === 'production') throw new CarryoverError('PRODUCTION_NOT_CONFIRMED', `The counterpart is ${id}.`);
}

async function confirmedBatchOf(options: OperatorsAppOptions, transferId: TransferId): Promise<BatchId> {
  const { batchId } = await options.operator().ledger.transfers.get(transferId);
  await requireConfirmed(options, batchId);
  return batchId;
}

function guard(app: Hono<PageEnv>, { origin, signIn, log }: OperatorsAppOptions): void {
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: [NONCE],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
    }),
  );
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
  });
  // A name that somebody else's DNS points to this machine is not ours.
  app.use(async (context, next) =>
    context.req.header('host') === new URL(origin()).host ? next() : refuse(context, 403, 'This is another address.'),
  );
  app.use(bodyLimit({ maxSize: bodyBytes, onError: (context) => context.body(null, 413) }));
  app.use(async (context, next) => csrf({ origin: origin() })(context, next));
  app.use(async (context, next) =>
    context.req.path === '/sign-in' || signIn().isOpen(getCookie(context, cookieName))
      ? next()
      : refuse(context, 401, 'Open the address in the file that the console named when it started.'),
  );
  app.notFound((context) => refuse(context, 404, 'There is no such page.'));
  app.onError((error, context) => {
    if (error instanceof HTTPException && error.status === 403)
      return refuse(context, 403, 'This form is not one of these pages.');
    const code = error instanceof CarryoverError ? error.code : 'UNEXPECTED';
    log.event('operator-page-failed', { code }, 'error');
    const detail = error instanceof CarryoverError ? error.detail : '';
    return refuse(context, statusOf(code), [failures[code].message, detail].filter(Boolean).join(' '));
  });
}

function statusOf(code: CarryoverError['code']): 403 | 404 | 409 | 500 {
  if (code === 'PRODUCTION_NOT_CONFIRMED') return 403;
  if (code === 'BATCH_NOT_FOUND' || code === 'TRANSFER_NOT_FOUND') return 404;
  return code === 'DEED_NOT_EXPECTED' || code === 'PROFILE_DIRECTION_MISSING' ? 409 : 500;
}

function refuse(context: Context<PageEnv>, status: 401 | 403 | 404 | 409 | 500, text: string) {
  return messagePage(context, status, 'Nothing was changed', text);
}

async function formValue(context: Context<PageEnv>, name: string): Promise<string> {
  const value = (await context.req.parseBody())[name];
  return typeof value === 'string' ? value : '';
}
