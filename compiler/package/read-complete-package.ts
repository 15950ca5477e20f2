import type { FhirPackage } from './definitions.ts';
import { readBase } from './read-base.ts';
import { PackageProblem, readPackage } from './read-package.ts';
import { withSnapshots } from './snapshot.ts';

/**
 * Reads a FHIR package and makes the snapshots that its profiles lack, where base R4 is installed.
 * @throws {PackageProblem} as readPackage
 */
export async function readCompletePackage(path: string): Promise<FhirPackage> {
  const read = await readPackage(path);
  if (read.structures.every(({ snapshot }) => snapshot !== undefined)) return read;
  try {
    return withSnapshots(read, readBase());
  } catch (error) {
    // Without base R4 the profiles without a snapshot are left out, and named.
    if (error instanceof PackageProblem) return read;
    throw error;
  }
}
