import { CarryoverError } from '../../schemas/failures.ts';
import { isLoopbackUrl } from '../http/is-loopback-url.ts';

/**
 * What production forbids: plain http, and this machine ("You can't use a localhost redirect with our Production environments",
 * seed). `urls` by the keys that they stand under. Error: PRODUCTION_UNSAFE.
 */
export function refuseUnsafeUrls(urls: Readonly<Record<string, string | undefined>>): void {
  for (const [key, url] of Object.entries(urls)) {
    if (url === undefined) continue;
    if (new URL(url).protocol !== 'https:')
      throw new CarryoverError('PRODUCTION_UNSAFE', `${key} is not https.`, { column: key });
    if (isLoopbackUrl(url))
      throw new CarryoverError('PRODUCTION_UNSAFE', `${key} is on this machine.`, { column: key });
  }
}
