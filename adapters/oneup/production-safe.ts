import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { isLoopbackUrl } from './is-loopback-url.ts';

/**
 * Throws PRODUCTION_UNSAFE where a production profile names localhost or plain http ("You can't use a localhost redirect
 * with our Production environments", seed), PROFILE_INVALID where a URL is none. `place.column` is the key of the profile.
 */
export function assertProductionSafe(profile: CounterpartProfile): void {
  for (const [key, text] of urlsOf(profile)) {
    if (!URL.canParse(text)) throw new CarryoverError('PROFILE_INVALID', `${key} is not a URL.`, { column: key });
    if (profile.environment !== 'production') continue;
    if (new URL(text).protocol !== 'https:' || isLoopbackUrl(text)) {
      throw new CarryoverError('PRODUCTION_UNSAFE', `See ${key}.`, { column: key });
    }
  }
}

function urlsOf({ receive, send }: CounterpartProfile): (readonly [key: string, text: string])[] {
  return [
    ...(receive === undefined
      ? []
      : ([
          ['receive.authorize_url', receive.authorizeUrl],
          ['receive.token_url', receive.tokenUrl],
          ['receive.fhir_base_url', receive.fhirBaseUrl],
          ['receive.redirect_uri', receive.redirectUri],
        ] as const)),
    ...(send === undefined ? [] : ([['send.fhir_base_url', send.fhirBaseUrl]] as const)),
  ];
}
