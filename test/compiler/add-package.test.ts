import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { generatedRoot, schemasOfR4 } from '../../adapters/validation/generated-code.ts';
import { loadValidator } from '../../adapters/validation/load-validator.ts';
import { type AddedPackage, addPackage } from '../../compiler/add-package.ts';
import type { Validator } from '../../domain/validation/validator.ts';
import { levelProfile } from './packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'carryover-package-'));
const organization = 'http://small.test/StructureDefinition/with-organization';
let validator: Validator;
let added: AddedPackage;

/** A Patient whose contained resources are Organizations, active ones, and each has a name there. */
function withOrganization(): object {
  const element = (id: string, min: number, max: string, base: string, type: string, rest: object = {}) => ({
    id,
    path: id,
    min,
    max,
    base: { path: base, min: 0, max },
    type: [{ code: type }],
    ...rest,
  });
  return {
    ...levelProfile({ url: organization, name: 'WithOrganization', type: 'Patient' }),
    snapshot: {
      element: [
        { id: 'Patient', path: 'Patient', min: 0, max: '*' },
        element('Patient.id', 0, '1', 'Resource.id', 'id'),
        element('Patient.meta', 0, '1', 'Resource.meta', 'Meta'),
        element('Patient.contained', 0, '*', 'DomainResource.contained', 'Organization'),
        element('Patient.contained.id', 0, '1', 'Resource.id', 'id'),
        element('Patient.contained.implicitRules', 0, '1', 'Resource.implicitRules', 'uri'),
        element('Patient.contained.active', 0, '1', 'Organization.active', 'boolean', { fixedBoolean: true }),
        element('Patient.contained.name', 1, '1', 'Organization.name', 'string'),
        element('Patient.managingOrganization', 0, '1', 'Patient.managingOrganization', 'Reference'),
      ],
    },
  };
}

beforeAll(async () => {
  writeFileSync(join(folder, 'level.json'), JSON.stringify(levelProfile()));
  writeFileSync(join(folder, 'organization.json'), JSON.stringify(withOrganization()));
  added = await addPackage(folder, { generatedRoot, base: schemasOfR4 });
  validator = await loadValidator({ usCoreVersion: '6.1.0', packages: [added.folder] });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(generatedRoot, added.folder), { recursive: true, force: true });
});

const level = (more: object) => ({
  resourceType: 'Observation',
  meta: { profile: [levelProfile().url] },
  category: [{ coding: [{ system: 'http://codes.test', code: 'level' }] }],
  status: 'final',
  code: { text: 'level' },
  valueInteger: 3,
  ...more,
});

test('a package of yours is compiled and judged by, beside US Core', () => {
  expect(validator.judge(level({}))).toMatchObject({ valid: true, profiles: [`${levelProfile().url}|1.0.0`] });
  for (const broken of [
    { status: 'amended' },
    { valueInteger: 11 },
    { category: [{ text: 'x' }] },
    { note: [{ text: 'x' }] },
  ])
    expect(validator.isValid(level(broken))).toBe(false);
});

test('the same package is the same folder, and is not generated twice', async () => {
  expect(await addPackage(folder, { generatedRoot, base: schemasOfR4 })).toEqual(added);
  expect(added).toMatchObject({ contents: { profiles: 2, extensions: 0, valueSets: 0, codeSystems: 0 }, leftOut: [] });
});

test('a profile may speak of the resources inside of a resource', () => {
  const patient = (contained: object) => ({
    resourceType: 'Patient',
    meta: { profile: [organization] },
    contained: [{ resourceType: 'Organization', id: 'o', ...contained }],
    managingOrganization: { reference: '#o' },
  });
  expect(validator.judge(patient({ name: 'One', active: true }))).toMatchObject({ valid: true });
  for (const broken of [{ name: 'One', active: false }, { active: true }, { name: 'One', resourceType: 'Location' }])
    expect(validator.isValid(patient(broken))).toBe(false);
});
