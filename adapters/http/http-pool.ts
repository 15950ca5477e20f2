import { Pool } from 'undici';

import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { isLoopbackUrl } from './is-loopback-url.ts';

export interface HttpPoolOptions {
  /** Sockets per origin. */
  readonly connections: number;
  /** Production speaks https to other machines only; a sandbox may speak http on loopback. */
  readonly environment: CounterpartProfile['environment'];
  readonly connectTimeoutMs?: number;
  /** For reads; a write has one time-out of its own for everything. */
  readonly headersTimeoutMs?: number;
  /** For reads: the longest silence within an answer. */
  readonly bodyTimeoutMs?: number;
  readonly maxAnswerBytes?: number;
  /** PEM of a certificate authority to trust instead of the built-in ones. */
  readonly ca?: string;
}

/** The one HTTP client under everything that talks to a counterpart: a pool of sockets for each of its origins. */
export interface HttpPools {
  /**
   * The pool of a URL's origin. Follows no redirects and retries nothing.
   * Throws PRODUCTION_UNSAFE or PROFILE_INVALID before a socket opens where the URL may not be spoken to.
   */
  poolFor(url: URL): Pool;
  /** Waits for what is under way, then closes the sockets; a second call does no harm. */
  close(): Promise<void>;
}

/** Opens no socket yet. */
export function openHttpPools(options: HttpPoolOptions): HttpPools {
  const pools = new Map<string, Pool>();
  return {
    poolFor(url) {
      assertMayBeSpokenTo(url, options.environment);
      const known = pools.get(url.origin);
      if (known !== undefined) return known;
      const pool = new Pool(url.origin, poolOptions(options));
      pools.set(url.origin, pool);
      return pool;
    },
    async close() {
      await Promise.all([...pools.values()].filter(({ closed }) => !closed).map((pool) => pool.close()));
    },
  };
}

function poolOptions(options: HttpPoolOptions): Pool.Options {
  return {
    connections: options.connections,
    pipelining: 1,
    // HTTP/2 shares a socket between requests, so a write could not be told apart from its neighbours.
    allowH2: false,
    connect: {
      timeout: options.connectTimeoutMs ?? 10_000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      minVersion: 'TLSv1.2',
    },
    // Short, because a write on a socket that the other side is just closing is lost.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 15_000,
    headersTimeout: options.headersTimeoutMs ?? 30_000,
    bodyTimeout: options.bodyTimeoutMs ?? 30_000,
    maxResponseSize: options.maxAnswerBytes ?? 64 * 1024 * 1024,
  };
}

function assertMayBeSpokenTo(url: URL, environment: HttpPoolOptions['environment']): void {
  if (url.username !== '' || url.password !== '') {
    throw new CarryoverError('PROFILE_INVALID', 'A URL of the profile holds a user name or password.');
  }
  const loopback = isLoopbackUrl(url);
  if (environment === 'production') {
    if (url.protocol !== 'https:' || loopback) throw new CarryoverError('PRODUCTION_UNSAFE');
  } else if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new CarryoverError('PROFILE_INVALID', 'Plain http is for loopback addresses only.');
  }
}
