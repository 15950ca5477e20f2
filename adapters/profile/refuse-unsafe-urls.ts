import { CarryoverError } from '../../schemas/failures.ts';

/** What production forbids: plain http, and this machine. `urls` by the keys that they stand under. Error: PRODUCTION_UNSAFE. */
export function refuseUnsafeUrls(urls: Readonly<Record<string, string | undefined>>): void {
  for (const [key, url] of Object.entries(urls)) {
    if (url === undefined) continue;
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:') throw new CarryoverError('PRODUCTION_UNSAFE', `${key} is not https.`, { column: key });
    if (isThisMachine(hostname))
      throw new CarryoverError('PRODUCTION_UNSAFE', `${key} is on this machine.`, { column: key });
  }
}

/** "You can't use a localhost redirect with our Production environments" (seed); neither by any other name of it. */
function isThisMachine(hostname: string): boolean {
  return /^(localhost\.?|.+\.localhost\.?|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f.*\])$/i.test(hostname);
}
