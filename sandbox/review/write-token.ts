import type { TokenHolder } from '../tokens.ts';
import type { World } from '../world.ts';
import type { MailedToken } from './mailbox.ts';

export interface WriteTokenWish {
  readonly holder: TokenHolder;
  readonly access?: 'read' | 'write';
  readonly lifetimeSeconds?: number;
  readonly form?: 'opaque' | 'jwt';
}

/** "You will receive an access token for the member you specified" (seed): write-only, two hours. */
export function mintToken(
  world: World,
  { holder, access = 'write', lifetimeSeconds, form }: WriteTokenWish,
): MailedToken {
  const { writeTokenLifetimeSeconds, writeTokenForm } = world.switches.values;
  const expiresInSeconds = lifetimeSeconds ?? writeTokenLifetimeSeconds;
  const accessToken = world.tokens.issue({
    access,
    holder,
    lifetimeSeconds: expiresInSeconds,
    form: form ?? writeTokenForm,
  });
  const postBaseUrl = world.addresses.fhirBaseUrl;
  const example = [
    `curl --location --request POST '${postBaseUrl}/Patient'`,
    `--header 'Authorization: Bearer ${accessToken}'`,
    `--header 'Content-Type: application/fhir+json'`,
    `--data '{"resourceType":"Patient"}'`,
  ].join(' \\\n');
  return { accessToken, expiresInSeconds, postBaseUrl, example };
}
