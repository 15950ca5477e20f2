import { gunzipSync } from 'node:zlib';

import { Client, type FhirResource, type RequestOptions } from 'fhir-kit-client';

import { parseExact } from '../../domain/payload/exact-json.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { HttpPools } from '../http/http-pool.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { authorizationOf } from '../oauth/bearer-token.ts';
import { codeOfStatus, FhirReadError } from './fhir-read-error.ts';
import { isRecord } from './is-record.ts';
import { firstIssueCode } from './issue-code.ts';

/** Status, headers and exact text behind a resource. */
export interface FhirAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The URL that was asked: may hold PHI. */
  readonly url: string;
}

export interface FhirClientOptions {
  readonly pools: HttpPools;
  readonly baseUrl: string;
  /** None for a server of our own that asks for none. */
  readonly accessToken?: string;
  /** From the call to the end of the answer. */
  readonly timeoutMs: number;
}

/** fhir-kit-client's calls and URL rules, sent through the pool: GET only, one origin, no redirects, exact numbers. */
export class FhirClient extends Client {
  readonly #options: FhirClientOptions;
  readonly #answers = new WeakMap<object, FhirAnswer>();

  constructor(options: FhirClientOptions) {
    super({ baseUrl: options.baseUrl });
    this.#options = options;
    // Every call of the library (read, search, request ...) ends in httpClient.request.
    this.httpClient.request = (method, url, requestOptions) => this.#get(method, url, requestOptions);
  }

  /** What stood behind a resource that this client returned. */
  answerFor(resource: object): FhirAnswer | undefined {
    return this.#answers.get(resource);
  }

  async #get(method: string, relative: string, { headers }: RequestOptions = {}): Promise<FhirResource> {
    if (method !== 'GET') throw new CarryoverError('UNEXPECTED', 'Writes do not go through the reader.');
    const url = this.#ownUrl(relative);
    const answer = await this.#ask(url, headers);
    if (answer.status !== 200) throw refusalOf(answer);
    const resource = readResourceText(answer);
    this.#answers.set(resource, answer);
    return resource;
  }

  /** Throws ORIGIN_REFUSED before a socket opens: the token belongs to one origin. */
  #ownUrl(relative: string): URL {
    const expanded = this.httpClient.expandUrl(relative);
    if (!URL.canParse(expanded)) throw new FhirReadError('COUNTERPART_MALFORMED');
    const url = new URL(expanded);
    const base = new URL(this.#options.baseUrl);
    if (url.origin !== base.origin || url.username !== '') throw new CarryoverError('ORIGIN_REFUSED');
    return url;
  }

  async #ask(url: URL, headers: Record<string, string> | undefined): Promise<FhirAnswer> {
    const { pools, accessToken, timeoutMs } = this.#options;
    const pool = pools.poolFor(url);
    const authorization = accessToken === undefined ? {} : { authorization: authorizationOf(accessToken) };
    try {
      const answer = await pool.request({
        method: 'GET',
        path: url.pathname + url.search,
        headers: { accept: 'application/fhir+json', 'accept-encoding': 'identity', ...headers, ...authorization },
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const { statusCode: status, headers: answered } = answer;
      const text = textOf(Buffer.from(await answer.body.arrayBuffer()), oneOf(answered['content-encoding']));
      return { status, headers: answered, text, url: url.href };
    } catch (error) {
      throw new FhirReadError(isTooLarge(error) ? 'COUNTERPART_MALFORMED' : 'COUNTERPART_UNREACHABLE');
    }
  }
}

/** The largest text that a compressed answer may unfold to. */
const mostTextBytes = 64 * 1024 * 1024;

/** Some servers compress though nobody asked for it. What cannot be unfolded is no FHIR, like any other text that is none. */
function textOf(body: Buffer, encoding: string | undefined): string {
  if (encoding !== 'gzip') return body.toString();
  try {
    return gunzipSync(body, { maxOutputLength: mostTextBytes }).toString();
  } catch {
    return '';
  }
}

function refusalOf({ status, headers, text }: FhirAnswer): FhirReadError {
  return new FhirReadError(codeOfStatus(status), status, {
    retryAfterMs: retryAfterMs(oneOf(headers['retry-after']), oneOf(headers['date'])),
    issueCode: issueCodeOf(text),
  });
}

function issueCodeOf(text: string): string | undefined {
  try {
    return firstIssueCode(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readResourceText({ status, text }: FhirAnswer): FhirResource {
  try {
    const resource = parseExact(text);
    if (isRecord(resource) && typeof resource['resourceType'] === 'string') return resource as FhirResource;
  } catch {
    // Not JSON: the same as JSON that is no resource. The parser's message quotes the text, so it must not get out.
  }
  throw new FhirReadError('COUNTERPART_MALFORMED', status);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
