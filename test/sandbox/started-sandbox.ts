import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll } from 'vitest';

import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../sandbox/start-sandbox.ts';
import { walkAuthorization } from '../../sandbox/walk-authorization.ts';

export type Json = Record<string, unknown>;

export const CLIENT = {
  clientId: 'test-app',
  clientSecret: 'test-app-secret',
  redirectUris: 'http://localhost:9/callback, http://127.0.0.1:9/other?kept=1',
  environment: 'sandbox',
} as const;

export const MAYTE = {
  firstName: 'Mayte822',
  lastName: 'Venegas795',
  birthDate: '01/04/2011',
  memberId: '01-testmemid',
  postalCode: '02116',
};

export const HOLDER = { name: 'Ana Example', birthDate: '1980-02-03', previousMemberId: 'prev-1' };

/** A sandbox for the tests of one file; `at` is filled in before the first test. */
export function sandboxForTests(options: Partial<SandboxOptions> = {}): { at: RunningSandbox; dataDir: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  const started = { at: undefined as unknown as RunningSandbox, dataDir };
  beforeAll(async () => {
    started.at = await startSandbox({ dataDir, clients: [CLIENT], ...options });
  });
  afterAll(async () => {
    await started.at.close();
    rmSync(dataDir, { recursive: true });
  });
  return started;
}

export async function admin<Answer = Json[]>(
  sandbox: RunningSandbox,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${sandbox.adminUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer as Answer;
}

export async function writeToken(sandbox: RunningSandbox, holder = HOLDER, more: Json = {}): Promise<string> {
  const { accessToken } = await admin<{ accessToken: string }>(sandbox, 'POST', '/tokens', { ...holder, ...more });
  return accessToken;
}

export async function post(
  sandbox: RunningSandbox,
  token: string,
  path: string,
  body: unknown,
): Promise<{ response: Response; json: Json }> {
  const response = await fetch(`${sandbox.fhirBaseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { response, json: isJson ? (JSON.parse(text) as Json) : {} };
}

export function bundleOf(resources: readonly Json[], type = 'batch'): Json {
  return {
    resourceType: 'Bundle',
    type,
    entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: resource['resourceType'] } })),
  };
}

export function observation(id?: string, more: Json = {}): Json {
  return {
    resourceType: 'Observation',
    ...(id === undefined ? {} : { id }),
    status: 'final',
    code: { text: 'x' },
    ...more,
  };
}

/** The per-entry statuses of a bundle answer, as numbers. */
export function statusesOf(answer: Json): number[] {
  const entries = answer['entry'] as { response: { status: string } }[];
  return entries.map((entry) => Number(entry.response.status.slice(0, 3)));
}

export function authorizeLink(sandbox: RunningSandbox, more: Record<string, string> = {}): string {
  const parameters = {
    client_id: CLIENT.clientId,
    redirect_uri: 'http://localhost:9/callback',
    state: 's 1&2',
    ...more,
  };
  return `${sandbox.authorizeUrl}?${new URLSearchParams(parameters).toString()}`;
}

export async function codeFor(sandbox: RunningSandbox, member = MAYTE, email = 'mayte@example.org'): Promise<string> {
  const { redirectedTo } = await walkAuthorization({ authorizeUrl: authorizeLink(sandbox), email, member });
  return new URL(redirectedTo).searchParams.get('code') ?? '';
}

export async function tokenRequest(
  sandbox: RunningSandbox,
  fields: Record<string, string>,
): Promise<{ status: number; json: Json }> {
  const body = new URLSearchParams({ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, ...fields });
  const response = await fetch(sandbox.tokenUrl, { method: 'POST', body });
  return { status: response.status, json: (await response.json()) as Json };
}

export async function readToken(sandbox: RunningSandbox, member = MAYTE, email = 'mayte@example.org'): Promise<string> {
  const code = await codeFor(sandbox, member, email);
  const { json } = await tokenRequest(sandbox, { grant_type: 'authorization_code', code });
  return String(json['access_token']);
}

export async function get(
  sandbox: RunningSandbox,
  token: string,
  pathOrUrl: string,
): Promise<{ response: Response; text: string; json: Json }> {
  const url = pathOrUrl.startsWith('http') ? pathOrUrl : `${sandbox.fhirBaseUrl}${pathOrUrl}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
  const text = await response.text();
  return { response, text, json: text.startsWith('{') ? (JSON.parse(text) as Json) : {} };
}
