import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { jwtVerify, type CryptoKey } from 'jose';

import { json, openHttpServer, type HttpServer, type SeenRequest } from '../adapters/http/support/http-server.ts';

/** A resource as the server keeps it. */
export interface Kept {
  readonly resourceType: string;
  readonly id: string;
  readonly [key: string]: unknown;
}

/** Everything about one patient, found under the identifier; the Patient is among the resources. */
export interface KeptRecord {
  readonly identifier: string;
  readonly patientId: string;
  readonly resources: readonly Kept[];
}

export interface SourceServerWishes {
  readonly records: readonly KeptRecord[];
  /** The key that assertions must be signed with; without it the server asks nobody for a token. */
  readonly publicKey?: CryptoKey | undefined;
  readonly pageSize?: number;
  readonly expiresIn?: number;
  /** Answers a FHIR request instead of the server; true where it did. */
  readonly instead?: (request: SeenRequest, response: ServerResponse, served: number) => boolean;
}

export interface FhirSource extends HttpServer {
  readonly fhirBaseUrl: string;
  readonly tokenUrl: string;
  /** The tokens it gave, in order. */
  readonly granted: readonly string[];
  /** From now on none of the tokens that it gave is good. */
  revoke(): void;
}

/** A FHIR server with a token endpoint after SMART Backend Services: it verifies each assertion and takes each `jti` once. */
export async function openFhirSource(wishes: SourceServerWishes): Promise<FhirSource> {
  const granted: string[] = [];
  const good = new Set<string>();
  const usedIds = new Set<string>();
  let served = 0;

  const server: HttpServer = await openHttpServer((request, response) => {
    if (request.url === '/token') return void grant(request, response);
    served += 1;
    if (wishes.instead?.(request, response, served) === true) return;
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (wishes.publicKey !== undefined && (token === undefined || !good.has(token)))
      return json(response, 401, outcome('login'));
    return serve(new URL(request.url, server.origin), response);
  });

  const grant = async (request: SeenRequest, response: ServerResponse) => {
    const form = new URLSearchParams(request.body);
    try {
      if (wishes.publicKey === undefined) throw new Error('no tokens here');
      const { payload } = await jwtVerify(form.get('client_assertion') ?? '', wishes.publicKey, {
        issuer: 'carryover-client',
        subject: 'carryover-client',
        audience: `${server.origin}/token`,
        requiredClaims: ['jti', 'exp', 'iat'],
      });
      if ((payload.exp ?? 0) - (payload.iat ?? 0) > 300) throw new Error('lives too long');
      if (usedIds.has(payload.jti ?? '')) throw new Error('used before');
      usedIds.add(payload.jti ?? '');
    } catch {
      return json(response, 400, { error: 'invalid_client' });
    }
    if (
      form.get('grant_type') !== 'client_credentials' ||
      form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    )
      return json(response, 400, { error: 'unsupported_grant_type' });
    const token = randomUUID();
    granted.push(token);
    good.add(token);
    return json(response, 200, {
      access_token: token,
      token_type: 'bearer',
      expires_in: wishes.expiresIn ?? 300,
      scope: form.get('scope'),
    });
  };

  const serve = (url: URL, response: ServerResponse): void => {
    const [, , type = '', id, operation] = url.pathname.split('/');
    const parameters = url.searchParams;
    if (operation === '$everything') {
      const record = wishes.records.find(({ patientId }) => patientId === id);
      return record === undefined ? json(response, 404, outcome('not-found')) : page(url, record.resources, response);
    }
    if (id !== undefined) {
      const found = wishes.records.flatMap(({ resources }) => resources).find((one) => isNamed(one, type, id));
      return found === undefined ? json(response, 404, outcome('not-found')) : json(response, 200, exactText(found));
    }
    if (type === 'Patient') {
      const records = wishes.records.filter(
        ({ identifier }) =>
          `urn:plan:members|${identifier}` === parameters.get('identifier')?.replaceAll(/\\(.)/g, '$1'),
      );
      return page(
        url,
        records.flatMap(({ patientId, resources }) => resources.filter((one) => isNamed(one, 'Patient', patientId))),
        response,
      );
    }
    const record = wishes.records.find(({ patientId }) => patientId === parameters.get('patient'));
    return page(url, record?.resources.filter(({ resourceType }) => resourceType === type) ?? [], response);
  };

  /** Next links are absolute, and name only how far the reader has come. */
  const page = (url: URL, resources: readonly Kept[], response: ServerResponse): void => {
    const from = Number(url.searchParams.get('_from') ?? '0');
    const size = wishes.pageSize ?? 100;
    const next = new URL(url);
    next.searchParams.set('_from', String(from + size));
    const bundle = {
      resourceType: 'Bundle',
      type: 'searchset',
      link: resources.length > from + size ? [{ relation: 'next', url: next.href }] : [],
      entry: resources.slice(from, from + size).map((resource) => ({ resource })),
    };
    json(response, 200, exactText(bundle));
  };

  return {
    ...server,
    granted,
    fhirBaseUrl: `${server.origin}/fhir`,
    tokenUrl: `${server.origin}/token`,
    revoke: () => good.clear(),
  };
}

const isNamed = (one: Kept, type: string, id: string) => one.resourceType === type && one.id === id;

/** A decimal that a test marks as `{"$decimal":"1.10"}` goes out as it is written. */
function exactText(value: unknown): string {
  return JSON.stringify(value).replaceAll(/\{"\$decimal":"([\d.]+)"\}/g, '$1');
}

function outcome(code: string): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] };
}
