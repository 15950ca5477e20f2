import { describe, expect, test } from 'vitest';

import { isLoopbackUrl } from '../../../adapters/oneup/is-loopback-url.ts';
import { assertProductionSafe } from '../../../adapters/oneup/production-safe.ts';
import { refuseDebugLogging } from '../../../adapters/oneup/refuse-debug-logging.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../../schemas/counterpart.ts';
import { asCounterpartId } from '../../../schemas/ids.ts';

const receive: ReceiveProfile = {
  authorizeUrl: 'https://auth.example.com/oauth2/authorize/payer2payer',
  tokenUrl: 'https://auth.example.com/oauth2/token',
  fhirBaseUrl: 'https://api.example.com/r4',
  clientId: 'c',
  clientSecretFile: 'secret',
  redirectUri: 'https://plan.example/callback',
  authorizeParameters: {},
  codeLifetimeSeconds: 300,
  linkLifetimeSeconds: 600,
  accessTokenLifetimeSeconds: 3600,
  resourceTypes: [],
  pageSize: 50,
  maxPages: 10,
  requestTimeoutMs: 1_000,
};

function profile(environment: CounterpartProfile['environment'], changed: Partial<ReceiveProfile>): CounterpartProfile {
  return {
    id: asCounterpartId('x'),
    name: 'X',
    environment,
    roster: { dateFormat: 'YYYY-MM-DD', aliases: {} },
    pacing: { requestsPerSecond: 1, concurrentMembers: 1 },
    heartbeatTimeoutMs: 1_000,
    receive: { ...receive, ...changed },
  };
}

describe('a profile', () => {
  test('of production with https to other machines is safe', () => {
    expect(() => assertProductionSafe(profile('production', {}))).not.toThrow();
  });

  test.each([
    [{ redirectUri: 'https://localhost:3000/callback' }, 'receive.redirect_uri'],
    [{ redirectUri: 'http://plan.example/callback' }, 'receive.redirect_uri'],
    [{ fhirBaseUrl: 'https://127.0.0.1/r4' }, 'receive.fhir_base_url'],
    [{ tokenUrl: 'http://auth.example.com/token' }, 'receive.token_url'],
    [{ authorizeUrl: 'https://[::1]/authorize' }, 'receive.authorize_url'],
  ])('of production with %o is unsafe, and the key is named', (changed, column) => {
    const check = () => assertProductionSafe(profile('production', changed));
    expect(check).toThrow(expect.objectContaining({ code: 'PRODUCTION_UNSAFE', place: { column } }));
    expect(() => assertProductionSafe(profile('sandbox', changed))).not.toThrow();
  });

  test('with something that is no URL is invalid', () => {
    const noUrl = profile('sandbox', { tokenUrl: 'auth.example.com' });
    expect(() => assertProductionSafe(noUrl)).toThrow(
      expect.objectContaining({ code: 'PROFILE_INVALID', place: { column: 'receive.token_url' } }),
    );
  });
});

test.each([
  ['http://localhost', true],
  ['https://LOCALHOST.:8080/x', true],
  ['http://app.localhost', true],
  ['http://127.0.0.1', true],
  ['http://127.255.0.3', true],
  ['http://0x7f000001', true],
  ['http://2130706433', true],
  ['http://[::1]', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['http://0.0.0.0', true],
  ['https://localhost.example.com', false],
  ['https://127.example.com', false],
  ['https://128.0.0.1', false],
  ['https://[2001:db8::1]', false],
])('%s is loopback: %s', (url, loopback) => {
  expect(isLoopbackUrl(url)).toBe(loopback);
});

describe('debug logging of libraries', () => {
  test.each([
    { DEBUG: 'fhir-kit-client:*' },
    { DEBUG: 'express, *' },
    { DEBUG: 'fhir-kit-client:error' },
    { DEBUG: 'fhir*' },
    { NODE_DEBUG: 'fs,undici' },
    { NODE_DEBUG: 'HTTP' },
  ])('is refused with %o', (env) => {
    expect(() => refuseDebugLogging(env)).toThrow(/USAGE/);
  });

  test.each([{}, { DEBUG: '' }, { DEBUG: 'express:*,-fhir-kit-client:*' }, { NODE_DEBUG: 'module' }])(
    'is let be with %o',
    (env) => {
      expect(() => refuseDebugLogging(env)).not.toThrow();
    },
  );
});
