import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2019 } from 'ajv/dist/2019.js';
import { beforeAll, expect, test } from 'vitest';

import { readSchemas } from '../../compiler/files/schema-files.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { officially, usCoreDir } from '../support/official-data.ts';

const root = join(import.meta.dirname, '../..');
const ajv = new Ajv2019({ strict: false, validateFormats: false, inlineRefs: false });
const base = 'http://hl7.org/fhir/StructureDefinition';
const core = 'http://hl7.org/fhir/us/core/StructureDefinition';

beforeAll(() => {
  for (const folder of ['r4', 'us-core/6.1.0'])
    for (const document of readSchemas(join(root, 'schemas', folder)).documents) ajv.addSchema(document);
});

test('any validator of JSON Schema 2019-09 reads the documents, and finds the structure of our own members in order', () => {
  const { resources } = generateMember({ seed: 1, index: 1 });
  for (const resource of JSON.parse(JSON.stringify(resources)) as typeof resources) {
    const valid = ajv.validate(`${base}/${resource.resourceType}`, resource);
    expect([resource.resourceType, valid, ajv.errorsText()]).toEqual([resource.resourceType, true, 'No errors']);
  }
});

test('it refuses an unknown property, a wrong kind and a missing element as we do', () => {
  const validate = (more: object) =>
    ajv.validate(`${core}/us-core-patient`, { resourceType: 'Patient', ...patient, ...more });
  const patient = {
    identifier: [{ system: 'http://ids.test', value: '1' }],
    name: [{ family: 'x' }],
    gender: 'female',
  };
  expect([{}, { colour: 1 }, { active: 'yes' }, { name: [] }].map(validate)).toEqual([true, false, false, false]);
});

test.skipIf(usCoreDir === undefined)(`it accepts the official examples against what they claim${officially}`, () => {
  const folder = join(usCoreDir ?? '', '6.1.0/examples');
  const refused = readdirSync(folder).filter((file) => {
    const resource = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { meta?: { profile?: string[] } };
    const claimed = (resource.meta?.profile ?? []).filter((url) => url.startsWith(core));
    return !claimed.every((url) => ajv.validate(url, resource));
  });
  expect(refused).toEqual([]);
});
