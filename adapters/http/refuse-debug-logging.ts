import { CarryoverError } from '../../schemas/failures.ts';

/**
 * Throws USAGE where the environment makes a library print requests and answers: `DEBUG=fhir-kit-client:*` prints bodies,
 * `NODE_DEBUG=undici` prints URLs, both of which hold PHI. `env` is the process environment.
 */
export function refuseDebugLogging(env: Readonly<Record<string, string | undefined>>): void {
  refuse(env, 'DEBUG', ['fhir-kit-client:error', 'fhir-kit-client:info']);
  refuse(env, 'NODE_DEBUG', ['undici', 'fetch', 'http', 'http2', 'net', 'tls', 'stream']);
}

function refuse(env: Readonly<Record<string, string | undefined>>, variable: string, names: readonly string[]): void {
  const patterns = (env[variable] ?? '')
    .split(/[\s,]+/)
    .filter((pattern) => pattern !== '' && !pattern.startsWith('-'));
  if (patterns.some((pattern) => names.some((name) => globOf(pattern).test(name)))) {
    throw new CarryoverError('USAGE', `${variable} is set to print what counterparts send; unset it.`);
  }
}

function globOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}
