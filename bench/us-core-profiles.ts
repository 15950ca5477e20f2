import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A StructureDefinition, as far as the benches look into it. */
export interface Profile {
  readonly url: string;
  readonly type: string;
}

/** The profiles of a version of US Core, as published. */
export function profilesIn(dir: string, version: string): readonly Profile[] {
  const folder = join(dir, version, 'profiles');
  return readdirSync(folder)
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile);
}
