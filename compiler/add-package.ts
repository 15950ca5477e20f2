import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { CarryoverError } from '../schemas/failures.ts';
import { compilePackage, type LeftOut } from './compile-package.ts';
import { readSchemas, schemaFiles } from './files/schema-files.ts';
import { type PackageContents, contentsOf, nothingToJudgeBy } from './package-contents.ts';
import type { FhirPackage } from './package/definitions.ts';
import { readCompletePackage } from './package/read-complete-package.ts';
import { PackageProblem } from './package/read-package.ts';
import { generateModules } from './standalone/generate-modules.ts';

export interface AddPackage {
  /** Folder of the generated validators; the package gets a folder of its own in it, named after its content. */
  readonly generatedRoot: string;
  /** Folder of compiled base R4. */
  readonly base: string;
}

/** A package that can be judged by. */
export interface AddedPackage {
  /** Its folder below `generatedRoot`. */
  readonly folder: string;
  readonly contents: PackageContents;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Compiles a FHIR package and generates its validators, once for each content.
 * @throws {CarryoverError} FHIR_PACKAGE_INVALID, also where nothing of it can be judged by
 */
export async function addPackage(path: string, { generatedRoot, base }: AddPackage): Promise<AddedPackage> {
  const r4 = readSchemas(base);
  const { compiled, leftOut } = compilePackage(await packageAt(path), [r4]);
  const contents = contentsOf(compiled);
  const nothing = nothingToJudgeBy(contents, leftOut);
  if (nothing !== undefined) throw new CarryoverError('FHIR_PACKAGE_INVALID', nothing, { file: path });
  const texts = schemaFiles(compiled);
  const folder = `packages/${hashOf(texts)}`;
  const added = { folder, contents, leftOut };
  if (existsSync(join(generatedRoot, folder))) return added;
  const files = generateModules({ ...compiled, folder }, [{ ...r4, folder: 'r4' }]);
  // Whoever looks meanwhile sees no folder, or a whole one.
  const fresh = join(generatedRoot, `${folder}.${process.pid}`);
  for (const [name, text] of files) {
    const file = join(fresh, name.slice(folder.length + 1));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  takePlace(fresh, join(generatedRoot, folder));
  return added;
}

function takePlace(fresh: string, place: string): void {
  try {
    renameSync(fresh, place);
  } catch (error) {
    // Another process was quicker, with the same content.
    if (!existsSync(place)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function packageAt(path: string): Promise<FhirPackage> {
  try {
    return await readCompletePackage(path);
  } catch (error) {
    if (error instanceof PackageProblem)
      throw new CarryoverError('FHIR_PACKAGE_INVALID', error.message, { file: path });
    throw error;
  }
}

/** By content, so that a changed package is another one; the generator's own changes come with a new `generated/`. */
function hashOf(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [name, text] of texts) hash.update(`${name}\n${text}\n`);
  return hash.digest('hex').slice(0, 16);
}
