import { describe, expect, test } from 'vitest';

import { isLoopbackUrl } from '../../../adapters/http/is-loopback-url.ts';
import { refuseDebugLogging } from '../../../adapters/http/refuse-debug-logging.ts';

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
