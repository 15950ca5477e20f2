import type { FaultRule } from '../faults/fault-rule.ts';

interface RedirectParameters {
  readonly code?: string;
  readonly state?: string;
  readonly client_id?: string;
  readonly error?: string;
}

/** What comes back to the application in the place of code, state and client id (RFC 6749 4.1.2.1 for errors). */
export function spoiltRedirect(
  rule: FaultRule | undefined,
  parameters: RedirectParameters,
): Readonly<Record<string, string | undefined>> {
  const withoutCode = { ...parameters, code: undefined };
  switch (rule?.spoil) {
    case undefined:
      return { ...parameters };
    case 'error':
      return { ...withoutCode, error: rule.error ?? 'server_error' };
    case 'no-code':
      return withoutCode;
    case 'no-state':
      return { ...parameters, state: undefined };
    case 'other-state':
      return { ...parameters, state: `${parameters.state ?? ''}x` };
    case 'other-client':
      return { ...parameters, client_id: 'another-client' };
  }
}
