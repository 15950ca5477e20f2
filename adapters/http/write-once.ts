import { subscribe } from 'node:diagnostics_channel';

import type { Dispatcher } from 'undici';

import { httpDateMs, retryAfterMs } from './retry-after.ts';

export interface AnswerHeaders {
  readonly contentType?: string;
  readonly location?: string;
  readonly etag?: string;
  readonly retryAfterMs?: number;
  /** The counterpart's clock (Date header), milliseconds since 1970. */
  readonly dateMs?: number;
}

/** Why a write was lost: something of it may have reached the other side, and no whole answer came back. */
export type LostCause = 'time-out' | 'connection-broken' | 'answer-broken-off' | 'answer-too-large' | 'sent-again';

/**
 * How a write ended. `unsent` is proved: not one byte of the request was handed to a socket. Whatever is not proved is `lost`.
 */
export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: AnswerHeaders; readonly text: string }
  | { readonly kind: 'unsent'; readonly cause: 'not-connected' | 'no-bytes-written' }
  | { readonly kind: 'lost'; readonly cause: LostCause };

export interface Write {
  readonly pool: Dispatcher;
  /** Path with a leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A Buffer, because undici then hands headers and body to the socket in one go, right after `onRequestStart`. */
  readonly body: Buffer;
  /** From now to the end of the answer, milliseconds. The only thing that ends a write before its answer. */
  readonly timeoutMs: number;
}

/** POSTs once: never again by itself, whatever becomes of the socket. Never throws for what the network does. */
export function writeOnce({ pool, path, headers, body, timeoutMs }: Write): Promise<PostAnswer> {
  return new Promise((resolve) => {
    const handler = new WriteHandler(resolve, timeoutMs);
    pool.dispatch(
      {
        method: 'POST',
        path,
        headers: { ...headers, 'accept-encoding': 'identity' },
        body,
        // Never behind another request on a socket: when a socket breaks, undici sends again what waited in its pipeline.
        idempotent: false,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  });
}

/** A time-out that comes this much too late says that the process stood still; it gets this long to look into its socket. */
const standstillMs = 500;

/**
 * Follows one request through undici. The proof of `unsent` is `onRequestStart`: the HTTP/1 writer calls it on a connected
 * socket immediately before the first byte, and writes nothing when the request is aborted inside it.
 */
class WriteHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: PostAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #deadline: number;
  #settled = false;
  #waited = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  #headers: AnswerHeaders = {};
  readonly #chunks: Buffer[] = [];

  constructor(resolve: (answer: PostAnswer) => void, timeoutMs: number) {
    this.#resolve = resolve;
    this.#deadline = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => this.#timeOut(), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#controller !== undefined) this.#settle({ kind: 'lost', cause: 'sent-again' });
    // After a standstill of the whole process the socket can come before the timer; then it is too late to write.
    else if (performance.now() >= this.#deadline) this.#settle({ kind: 'unsent', cause: 'no-bytes-written' });
    if (this.#settled) {
      controller.abort(new Error('This request is not to be written.'));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = answerHeaders(headers);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#status === undefined) return;
    const text = Buffer.concat(this.#chunks).toString('utf8');
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#controller === undefined) {
      this.#settle({ kind: 'unsent', cause: connectErrors.has(error) ? 'not-connected' : 'no-bytes-written' });
    } else {
      this.#settle({ kind: 'lost', cause: this.#lostCause(error) });
    }
  }

  #timeOut(): void {
    if (this.#settled) return;
    const lateMs = performance.now() - this.#deadline;
    if (this.#controller !== undefined && lateMs > standstillMs && !this.#waited) {
      // The process stood still; the answer may have come meanwhile and be waiting in the socket.
      this.#waited = true;
      setTimeout(() => this.#timeOut(), standstillMs);
      return;
    }
    if (this.#controller === undefined) {
      // It still waits for a socket; should it get one, onRequestStart aborts it before the first byte.
      this.#settle({ kind: 'unsent', cause: 'no-bytes-written' });
    } else {
      this.#settle({ kind: 'lost', cause: 'time-out' });
      this.#controller.abort(new Error('The write took too long.'));
    }
  }

  #lostCause(error: Error): LostCause {
    if ('code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'answer-too-large';
    return this.#status === undefined ? 'connection-broken' : 'answer-broken-off';
  }

  #settle(answer: PostAnswer): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#resolve(answer);
  }
}

/** Errors with which undici failed to connect. It publishes them before it hands them to the requests that wait. */
const connectErrors = new WeakSet<object>();
subscribe('undici:client:connectError', (message) => {
  const { error } = message as { readonly error?: unknown };
  if (typeof error === 'object' && error !== null) connectErrors.add(error);
});

function answerHeaders(headers: Record<string, unknown>): AnswerHeaders {
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const contentType = text('content-type');
  const location = text('location');
  const etag = text('etag');
  const retryMs = retryAfterMs(text('retry-after'), text('date'));
  const dateMs = httpDateMs(text('date'));
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(location === undefined ? {} : { location }),
    ...(etag === undefined ? {} : { etag }),
    ...(retryMs === undefined ? {} : { retryAfterMs: retryMs }),
    ...(dateMs === undefined ? {} : { dateMs }),
  };
}
