import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';

import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { camelCaseKeys } from './camel-case.ts';
import { checkProfile } from './check-profile.ts';
import { findKeyLine } from './find-key-line.ts';
import { findProfile } from './find-profile.ts';
import { parseToml } from './parse-toml.ts';
import { validateProfile } from './validate-profile.ts';

export interface LoadedProfile {
  /** Complete with defaults; its files are absolute paths, its base URLs end without a slash. */
  readonly profile: CounterpartProfile;
  /** Where it was read from, absolute. */
  readonly path: string;
  /** SHA-256 over its content with defaults, hex: the same wherever the file lies. */
  readonly hash: string;
  /** The files of secrets that it names, absolute. They are read only when they are needed. */
  readonly secretFiles: readonly string[];
}

/**
 * Loads the profile of a counterpart by name or path: TOML, every unknown key refused, defaults filled in.
 * Errors: PROFILE_NOT_FOUND, PROFILE_INVALID (file, line, key), PRODUCTION_UNSAFE.
 */
export async function loadProfile(
  nameOrPath: string,
  { dirs }: { readonly dirs: readonly string[] },
): Promise<LoadedProfile> {
  const { path, toml } = await findProfile(nameOrPath, dirs);
  const table = parseToml(toml, path, 'PROFILE_INVALID');
  validateProfile(table, toml, path);
  const written = camelCaseKeys(table) as CounterpartProfile;
  checkWithLine(written, toml, path);
  const profile = resolved(written, dirname(path));
  return { profile, path, hash: hashOf(written), secretFiles: secretFilesOf(profile) };
}

function checkWithLine(profile: CounterpartProfile, toml: string, file: string): void {
  try {
    checkProfile(profile);
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    const line = findKeyLine(toml, error.place.column?.split('.') ?? []);
    throw new CarryoverError(error.code, error.detail, { ...error.place, file, ...(line && { line }) });
  }
}

/** Paths are relative to the profile, so that a folder of profiles can be moved. */
function resolved(profile: CounterpartProfile, dir: string): CounterpartProfile {
  const { receive, send } = profile;
  const smtp = send?.mail.smtp;
  const absolute = <K extends string>(key: K, path: string | undefined) =>
    (path === undefined ? {} : { [key]: resolve(dir, path) }) as { readonly [P in K]?: string };
  return {
    ...profile,
    ...(receive && {
      receive: {
        ...receive,
        fhirBaseUrl: withoutSlash(receive.fhirBaseUrl),
        clientSecretFile: resolve(dir, receive.clientSecretFile),
      },
    }),
    ...(send && {
      send: {
        ...send,
        fhirBaseUrl: withoutSlash(send.fhirBaseUrl),
        mail: {
          ...send.mail,
          ...(smtp && {
            smtp: { ...smtp, ...absolute('caFile', smtp.caFile), ...absolute('passwordFile', smtp.passwordFile) },
          }),
        },
      },
    }),
  };
}

function secretFilesOf({ receive, send }: CounterpartProfile): string[] {
  return [receive?.clientSecretFile, send?.mail.smtp?.passwordFile].filter((file) => file !== undefined);
}

/** A base URL without the slash at its end. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function hashOf(profile: CounterpartProfile): string {
  return createHash('sha256').update(canonicalJson(profile)).digest('hex');
}
