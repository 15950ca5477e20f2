import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Example {
  /** Name of the file. */
  readonly name: string;
  readonly text: string;
}

/** The official examples of a version of US Core, sorted by name. */
export function examplesOf(dir: string, version: string): readonly Example[] {
  const folder = join(dir, version, 'examples');
  return readdirSync(folder)
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** The folders of a version's definitions, for the reference validator. */
export function definitionFolders(dir: string, version: string): readonly string[] {
  return ['profiles', 'valuesets'].map((folder) => join(dir, version, folder));
}

/** True where a resource claims a US Core profile. */
export function claimsUsCore(text: string): boolean {
  const { meta } = JSON.parse(text) as { readonly meta?: { readonly profile?: readonly string[] } };
  return meta?.profile?.some((url) => url.startsWith('http://hl7.org/fhir/us/core/')) === true;
}
