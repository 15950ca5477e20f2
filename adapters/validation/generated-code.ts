import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';

/** Folder of the project. */
const project = dirname(dirname(import.meta.dirname));

/** Folder with the generated validators; set-up makes it from schemas/. */
export const generatedRoot = join(project, 'generated');

/** Folder with the compiled schemas of base R4, which every package stands on. */
export const schemasOfR4 = join(project, 'schemas', 'r4');

/** Versions of US Core that validators are generated for. Throws VALIDATORS_MISSING. */
export function generatedVersions(root = generatedRoot): readonly string[] {
  const folder = join(root, 'us-core');
  if (!existsSync(folder)) throw new CarryoverError('VALIDATORS_MISSING');
  return readdirSync(folder).toSorted();
}
