import type { RegisteredClient } from './client-registry.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why this application may not be redirected there, or undefined where it may. */
export function redirectRefusal(client: RegisteredClient, redirectUri: string): string | undefined {
  const registered = client.redirectUris.split(',').map((uri) => uri.trim());
  if (!registered.includes(redirectUri)) return 'The redirect_uri is not registered for this application.';
  // "You can't use a localhost redirect with the 1up production environments." (seed)
  if (client.environment === 'production' && LOOPBACK_HOSTS.has(new URL(redirectUri).hostname)) {
    return 'A localhost redirect cannot be used in production.';
  }
  return undefined;
}

/** The redirect URI with these parameters added to its own. */
export function redirectWith(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url.href;
}
