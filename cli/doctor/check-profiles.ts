import { dataDirPaths } from '../../adapters/data-dir/open-data-dir.ts';
import { isLoopbackUrl } from '../../adapters/http/is-loopback-url.ts';
import type { LoadedProfile } from '../../adapters/profile/load-profile.ts';
import { readSecretFile, secretFileWarning } from '../../adapters/profile/read-secret-file.ts';
import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { CommandContext } from '../command.ts';
import { loadCounterpart, profileNames } from '../counterpart-option.ts';
import { dataDirRoot } from '../installation.ts';
import { bad, look, ok, warning, type Check } from './check.ts';

/** Looks at each profile, its URLs and the files of its secrets. */
export async function checkProfiles(
  context: CommandContext,
  namesOrPaths: readonly string[],
): Promise<readonly Check[]> {
  const { counterparts } = dataDirPaths(dataDirRoot(context));
  const names = namesOrPaths.length > 0 ? namesOrPaths : await profileNames(counterparts);
  if (names.length === 0)
    return [warning('profiles', 'The counterparts folder holds none.', `Put a profile into ${counterparts}.`)];
  return (await Promise.all(names.map((name) => checkProfile(context, name)))).flat();
}

async function checkProfile(context: CommandContext, name: string): Promise<readonly Check[]> {
  const about = `profile ${name}`;
  let loaded: LoadedProfile;
  try {
    loaded = await loadCounterpart(context, name);
  } catch (error) {
    return [bad(about, error)];
  }
  const { profile, secretFiles, hash } = loaded;
  const directions = (['receive', 'send'] as const).filter((direction) => profile[direction] !== undefined);
  const checks = [
    ok(about, `${profile.environment}, ${directions.join(' and ')}, hash ${hash.slice(0, 12)}`),
    ...urlsOf(profile).map(([key, url]) => checkUrl(`${about}, ${key}`, url, key)),
    ...(await Promise.all(secretFiles.map((file) => checkSecret(`${about}, secret`, file)))),
  ];
  // URLs that are fine are not worth a line each.
  return checks.filter((check, index) => index === 0 || check.state !== 'ok' || check.name.endsWith('secret'));
}

function checkUrl(name: string, text: string, key: string): Check {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return bad(name, new CarryoverError('PROFILE_INVALID', 'It is not an http or https URL.', { column: key }));
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return bad(name, new CarryoverError('PROFILE_INVALID', 'It holds a user or a fragment.', { column: key }));
  if (url.protocol === 'http:' && !isLoopbackUrl(text))
    return warning(name, 'It is plain http to another machine.', 'Use https.');
  return ok(name, url.origin);
}

function urlsOf({ receive, send }: CounterpartProfile): readonly (readonly [string, string])[] {
  return Object.entries({
    'receive.authorize_url': receive?.authorizeUrl,
    'receive.token_url': receive?.tokenUrl,
    'receive.fhir_base_url': receive?.fhirBaseUrl,
    'receive.redirect_uri': receive?.redirectUri,
    'send.fhir_base_url': send?.fhirBaseUrl,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

async function checkSecret(name: string, file: string): Promise<Check> {
  return look(name, async () => {
    await readSecretFile(file).catch((error: unknown) => {
      if (!(error instanceof CarryoverError)) throw error;
      throw new CarryoverError(error.code, error.detail, { file });
    });
    const unsafe = await secretFileWarning(file);
    return unsafe === undefined ? ok(name, 'It can be read, by you only.') : warning(name, unsafe, `chmod 600 ${file}`);
  });
}
