import { setTimeout as sleep } from 'node:timers/promises';

import { CarryoverError } from '../../../schemas/failures.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { FhirReadError } from '../../fhir/fhir-read-error.ts';
import { openFhirReader, searchPage, type FhirReader } from '../../fhir/fhir-reader.ts';
import type { HttpPools } from '../../http/http-pool.ts';
import { sourceFailure } from './source-failure.ts';
import { openSourceTokens } from './source-tokens.ts';

/** What a source server is read with. */
export interface SourceServerOptions {
  readonly server: SourceServer;
  readonly pools: HttpPools;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** One page of a search, as the source server answered it. */
export interface SourcePage {
  readonly resources: readonly FhirResource[];
  readonly total?: number;
}

/** Reads one source server with what its description says. Errors of both: SOURCE_AUTH, SOURCE_UNREACHABLE, SOURCE_NOT_FOUND, SOURCE_INVALID. */
export interface SourceReader {
  /** Every page of a search or an operation; `path` is relative to the base. */
  readPages(path: string): Promise<readonly SourcePage[]>;
  /** One request, with all that makes it go through: token, waiting, the failures of a source. */
  ask<T>(request: (reader: FhirReader) => Promise<T>): Promise<T>;
}

/** Tries of one request within a load; after them the caller's retries come, which begin the record anew. */
const mostTries = 4;
/** The longest that a load stands still for one answer; longer waits are handed to the caller. */
const longestWaitMs = 30_000;

/** Opens a reader; no socket yet. Its tokens live as long as it does. */
export function openSourceReader({ server, pools, clock = Date.now, wait = sleep }: SourceServerOptions): SourceReader {
  const tokens = openSourceTokens(server, { pools, clock });

  const withToken = async <T>(request: (reader: FhirReader) => Promise<T>): Promise<T> => {
    const accessToken = await tokens.current();
    const reader = openFhirReader({
      pools,
      baseUrl: server.fhirBaseUrl,
      timeoutMs: server.requestTimeoutMs,
      ...(accessToken !== undefined && { accessToken }),
    });
    try {
      return await request(reader);
    } catch (error) {
      if (isRejection(error)) tokens.reject(accessToken);
      throw error;
    }
  };

  const withNewToken = <T>(request: (reader: FhirReader) => Promise<T>): Promise<T> =>
    withToken(request).catch((error: unknown) => {
      // Once: a token that is refused right after it was given says that no token will do.
      if (isRejection(error) && server.auth !== 'none') return withToken(request);
      throw error;
    });

  const ask: SourceReader['ask'] = async (request) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await withNewToken(request);
      } catch (error) {
        const failure = sourceFailure(error);
        const waitMs = failure.retryAfterMs ?? 250 * 2 ** tried;
        if (failure.code !== 'SOURCE_UNREACHABLE' || tried === mostTries || waitMs > longestWaitMs) throw failure;
        await wait(waitMs);
      }
    }
  };

  return {
    ask,
    async readPages(path) {
      const pages: SourcePage[] = [];
      const seen = new Set<string>();
      for (let next: string | undefined = path; next !== undefined;) {
        const nextUrl: string = next;
        if (pages.length === server.maxPages || seen.has(nextUrl)) throw endless();
        seen.add(nextUrl);
        // A search's path and a next link go the same way: a URL on the server's own origin.
        const page = await ask((reader) => searchPage(reader, { resourceType: '', parameters: {}, nextUrl }));
        if (page.samePage) throw endless();
        pages.push(page);
        next = page.nextUrl;
      }
      return pages;
    },
  };
}

function isRejection(error: unknown): boolean {
  return error instanceof FhirReadError && error.status === 401;
}

function endless(): CarryoverError {
  return new CarryoverError('SOURCE_INVALID', 'The pages of the source server repeat or never end.');
}
