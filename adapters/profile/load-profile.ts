import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';

import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import type { CounterpartProfile, SmtpProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { camelCaseKeys } from './camel-case.ts';
import { checkProfile } from './check-profile.ts';
import { findKeyLine } from './find-key-line.ts';
import { findProfile } from './find-profile.ts';
import { withLinkMailTexts } from './link-mail-texts.ts';
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
  const written = await withLine(toml, path, async () => {
    const complete = await withLinkMailTexts(camelCaseKeys(table) as CounterpartProfile, dirname(path));
    checkProfile(complete);
    return complete;
  });
  const profile = resolved(written, dirname(path));
  return { profile, path, hash: hashOf(written), secretFiles: secretFilesOf(profile) };
}

/** Says the line of a key that is refused. */
async function withLine<T>(toml: string, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    const line = findKeyLine(toml, error.place.column?.split('.') ?? []);
    throw new CarryoverError(error.code, error.detail, { ...error.place, file, ...(line && { line }) });
  }
}

/** Paths are relative to the profile, so that a folder of profiles can be moved. */
function resolved(profile: CounterpartProfile, dir: string): CounterpartProfile {
  const { receive, send } = profile;
  return {
    ...profile,
    ...(receive && {
      receive: {
        ...receive,
        fhirBaseUrl: withoutSlash(receive.fhirBaseUrl),
        clientSecretFile: resolve(dir, receive.clientSecretFile),
        ...(receive.linkMail && { linkMail: withAbsoluteFiles(receive.linkMail, dir) }),
      },
    }),
    ...(send && {
      send: {
        ...send,
        fhirBaseUrl: withoutSlash(send.fhirBaseUrl),
        mail: withAbsoluteFiles(send.mail, dir),
      },
    }),
  };
}

function withAbsoluteFiles<Mail extends { readonly smtp?: SmtpProfile }>(mail: Mail, dir: string): Mail {
  if (mail.smtp === undefined) return mail;
  const { caFile, passwordFile } = mail.smtp;
  const files = {
    ...(caFile !== undefined && { caFile: resolve(dir, caFile) }),
    ...(passwordFile !== undefined && { passwordFile: resolve(dir, passwordFile) }),
  };
  return { ...mail, smtp: { ...mail.smtp, ...files } };
}

function secretFilesOf({ receive, send }: CounterpartProfile): string[] {
  const files = [receive?.clientSecretFile, receive?.linkMail?.smtp?.passwordFile, send?.mail.smtp?.passwordFile];
  return [...new Set(files.filter((file) => file !== undefined))];
}

/** A base URL without the slash at its end. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function hashOf(profile: CounterpartProfile): string {
  return createHash('sha256').update(canonicalJson(profile)).digest('hex');
}
