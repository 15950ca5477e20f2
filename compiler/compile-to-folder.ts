import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { compilePackage, type LeftOut } from './compile-package.ts';
import { readSchemas, schemaFiles } from './files/schema-files.ts';
import { readBase } from './package/read-base.ts';
import { readCompletePackage } from './package/read-complete-package.ts';
import type { CompiledPackage } from './standalone/compiled-package.ts';

interface Request {
  /** A FHIR package, or `base`: the R4 definitions of the development dependency. */
  readonly package: string;
  /** Folder of the compiled package; what stands there is replaced. */
  readonly out: string;
  /** Folder of compiled base R4. */
  readonly base: string;
}

/**
 * Compiles a FHIR package to JSON Schemas in a folder.
 * @throws {PackageProblem} where the package cannot be read
 */
export async function compileToFolder({ package: path, out, base }: Request): Promise<{
  readonly compiled: CompiledPackage;
  readonly leftOut: readonly LeftOut[];
}> {
  const result =
    path === 'base' ? compilePackage(readBase()) : compilePackage(await readCompletePackage(path), [readSchemas(base)]);
  rmSync(out, { recursive: true, force: true });
  for (const [name, text] of schemaFiles(result.compiled)) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  }
  return result;
}
