import { expect, test } from 'vitest';

import { compilePackage } from '../../compiler/compile-package.ts';
import { compileStructure } from '../../compiler/schema/compile-structure.ts';
import { levelProfile, smallPackage } from './packages.ts';

const document = compileStructure(levelProfile()) as unknown as {
  readonly properties: Readonly<Record<string, object>>;
};

test('a profile becomes one whole object that refers to data types', () => {
  expect(document).toMatchObject({
    $schema: 'https://json-schema.org/draft/2019-09/schema',
    $id: 'http://small.test/StructureDefinition/level',
    kind: 'profile',
    fhirType: 'Observation',
    additionalProperties: false,
    required: ['resourceType', 'category', 'code'],
    requiredElements: ['status'],
    choices: { value: { required: true, properties: ['valueInteger'] } },
    prohibited: ['note'],
  });
  expect(Object.keys(document.properties)).toEqual(
    'resourceType id meta category status _status code valueInteger _valueInteger'.split(' '),
  );
});

test('fixed values, bounds and patterns stand where they apply', () => {
  expect(document.properties).toMatchObject({
    id: { $ref: 'http://hl7.org/fhir/StructureDefinition/id' },
    status: { const: 'final' },
    valueInteger: { bounds: { min: 0, max: 10 } },
  });
});

test('a slice says how its members are told and how many there are', () => {
  const level = { coding: [{ system: 'http://codes.test', code: 'level' }] };
  expect(document.properties['category']).toMatchObject({
    type: 'array',
    minItems: 1,
    slicing: {
      rules: 'open',
      slices: [
        {
          name: 'level',
          min: 1,
          max: 1,
          tests: [{ discriminator: { type: 'pattern', path: '$this' }, is: { kind: 'pattern', value: level } }],
        },
      ],
    },
  });
});

test('what has no snapshot is left out and named, the rest is compiled', () => {
  const { snapshot: _, ...bare } = levelProfile({ url: 'http://small.test/StructureDefinition/bare' });
  const { compiled, leftOut } = compilePackage({ ...smallPackage(), structures: [levelProfile(), bare] });
  expect(compiled.documents.map(({ $id }) => $id)).toEqual(['http://small.test/StructureDefinition/level']);
  expect(leftOut.map(({ url }) => url)).toEqual(['http://small.test/StructureDefinition/bare']);
  expect(leftOut[0]?.reason).toContain('no snapshot');
});
