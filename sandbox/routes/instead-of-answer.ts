import type { FiredFaults } from '../faults/fault-list.ts';
import { retryAfterHeader } from '../faults/retry-after.ts';
import { operationOutcome } from '../fhir/operation-outcome.ts';
import type { World } from '../world.ts';
import type { Answer } from './visit.ts';

const HTML_PAGE =
  '<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>';

/** The answer that a fault of this moment puts in the place of the true one. */
export function insteadOfAnswer(
  world: World,
  faults: FiredFaults,
  moment: 'before-storing' | 'after-storing',
): Answer | undefined {
  const status = faults.get('status');
  if (status !== undefined && (status.when ?? 'before-storing') === moment) {
    const outcome = operationOutcome('transient', 'a fault of the sandbox');
    const headers = retryAfterHeader(status, world.clock.now());
    return { status: status.status ?? 503, headers, body: JSON.stringify(outcome) };
  }
  const page = faults.get('html-page');
  if (page !== undefined && (page.when ?? 'before-storing') === moment) {
    return { status: page.status ?? 502, headers: { 'content-type': 'text/html; charset=utf-8' }, body: HTML_PAGE };
  }
  const refusal = faults.get('oauth-error');
  if (refusal !== undefined && (refusal.when ?? 'before-storing') === moment) {
    const body = { error: refusal.error ?? 'invalid_grant', error_description: 'a fault of the sandbox' };
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return { status: refusal.status ?? 400, headers, body: JSON.stringify(body) };
  }
  const redirect = faults.get('redirect');
  if (redirect !== undefined && moment === 'before-storing') {
    const location = redirect.location ?? `${world.addresses.authorizationOrigin}/r4/elsewhere`;
    return { status: redirect.status ?? 307, headers: { location }, body: '' };
  }
  return undefined;
}
