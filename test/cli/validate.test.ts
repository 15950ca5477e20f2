import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ResourceVerdict } from '../../schemas/resource-verdict.ts';
import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';

const usCorePatient = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0';
const canary = 'FamilyCanary';
const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'http://example.org/ids', value: 'canary-1' }],
  name: [{ family: canary, given: ['Given'] }],
  gender: 'female',
};
const good = JSON.stringify(patient);
const bad = JSON.stringify({ ...patient, id: 'p2', birthDate: '2021-02-30' });

let place: Workplace;
beforeAll(async () => {
  place = await newWorkplace();
});
afterAll(async () => place.remove());

async function verdicts(paths: readonly string[], input?: string): Promise<readonly ResourceVerdict[]> {
  const ran = await runCarryover(['validate', '--ndjson', ...paths], input === undefined ? {} : { input });
  expect(ran.stderr).toMatch(paths.includes('--package') ? /^Package .*\n$/ : /^$/);
  const lines = ran.stdout.trimEnd().split('\n');
  const found = lines.map((line) => JSON.parse(line) as ResourceVerdict);
  expect(ran.exitCode).toBe(found.every(({ valid }) => valid) ? 0 : 1);
  expect(ran.stdout).not.toContain(canary);
  return found;
}

const messages = ({ issues }: ResourceVerdict) =>
  issues.filter((issue) => issue.severity !== 'information').map(({ message }) => message);

describe('carryover validate', () => {
  test('prints one line for each resource, in the order of the input, with the published keys', async () => {
    const file = await place.file('two.ndjson', `${good}\n\n${bad}\n`);
    const [first, second, ...others] = await verdicts([file]);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      file,
      line: 1,
      resourceType: 'Patient',
      id: 'p1',
      valid: true,
      profiles: [usCorePatient],
    });
    expect(Object.keys(first ?? {})).toEqual(['file', 'line', 'resourceType', 'id', 'profiles', 'valid', 'issues']);
    expect(second).toMatchObject({ file, line: 3, id: 'p2', valid: false });
    const error = second?.issues.find(({ severity }) => severity === 'error');
    expect(error).toMatchObject({ severity: 'error', expression: 'Patient.birthDate', constraint: null });
  });

  test('judges the entries of a Bundle each against its own profiles, behind the Bundle', async () => {
    const entry = [good, bad].map((text) => ({
      fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${text === good ? 1 : 2}`,
      resource: JSON.parse(text) as object,
    }));
    const file = await place.file('bundle.json', JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
    const found = await verdicts([file]);
    expect(found.map((one) => [one.resourceType, one.entry, one.id, one.valid])).toEqual([
      ['Bundle', undefined, null, false],
      ['Patient', 0, 'p1', true],
      ['Patient', 1, 'p2', false],
    ]);
    expect(found[1]?.profiles).toEqual([usCorePatient]);
    expect(found[2]?.issues.some(({ expression }) => expression === 'Bundle.entry[1].resource.birthDate')).toBe(true);
  });

  test('walks a folder in order, unpacks gzip, and tells a file by its name', async () => {
    const folder = join(place.dir, 'folder');
    await mkdir(join(folder, 'deeper'), { recursive: true });
    await writeFile(join(folder, 'b.ndjson.gz'), gzipSync(`${good}\n${good}\n`));
    await writeFile(join(folder, 'deeper', 'a.json'), `\n${JSON.stringify(patient, undefined, 2)}\n`);
    await writeFile(join(folder, 'notes.txt'), 'not judged');
    const found = await verdicts([folder]);
    expect(found.map(({ file, line }) => [file, line])).toEqual([
      [join(folder, 'b.ndjson.gz'), 1],
      [join(folder, 'b.ndjson.gz'), 2],
      [join(folder, 'deeper', 'a.json'), 1],
    ]);
    expect(found.every(({ valid }) => valid)).toBe(true);
  });

  test('takes standard input as one document or as lines, by its first line', async () => {
    expect((await verdicts(['-'], `${good}\n${bad}\n`)).map(({ line, valid }) => [line, valid])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(await verdicts(['-'], JSON.stringify(patient, undefined, 2))).toMatchObject([
      { file: '-', line: 1, valid: true },
    ]);
  });

  test('keeps the order over many portions', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => JSON.stringify({ ...patient, id: `p-${index}` }));
    const file = await place.file('many.ndjson', `${lines.join('\n')}\n`);
    const found = await verdicts(['--errors-only', file]);
    expect(found.map(({ id }) => id)).toEqual(lines.map((_, index) => `p-${index}`));
  });

  test('sums up by type, with first reasons and what was not checked, as text and as a document', async () => {
    const file = await place.file('sum.ndjson', `${good}\n${bad}\n{"resourceType":"Nothing"}\n`);
    const asText = await runCarryover(['validate', file]);
    expect(asText.exitCode).toBe(1);
    expect(asText.stdout).toContain('3 resources in 1 file: 1 valid, 2 invalid');
    expect(asText.stdout).toMatch(/^Patient +2 +1 +1$/m);
    expect(asText.stdout).toContain(`${file}:2, Patient.birthDate`);
    const asDocument = await runCarryover(['validate', file, '--json']);
    const summary = JSON.parse(asDocument.stdout) as Record<string, unknown>;
    expect(Object.keys(summary)).toEqual([
      'files',
      'resources',
      'valid',
      'invalid',
      'warnings',
      'byType',
      'notChecked',
    ]);
    expect(summary).toMatchObject({ files: 1, resources: 3, valid: 1, invalid: 2 });
    expect(asText.stdout + asDocument.stdout).not.toContain(canary);
  });

  test('judges against a profile that is named instead of those that are claimed', async () => {
    const file = await place.file('bare.json', '{"resourceType":"Patient","id":"a","active":true}');
    expect(await verdicts(['--profile', 'http://hl7.org/fhir/StructureDefinition/Patient', file])).toMatchObject([
      { valid: true },
    ]);
    expect(await verdicts([file])).toMatchObject([{ valid: false }]);
  });
});

describe('input that is no resource', () => {
  const deep = `{"resourceType":"Patient","extension":${'[{"url":"http://example.org/x","extension":'.repeat(10_000)}[]${'}]'.repeat(10_000)}}`;
  const cases: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
    ['text that is not JSON', 'text.json', 'hello', /not JSON/],
    ['something behind the resource', 'behind.json', `${good} x`, /not JSON/],
    ['nothing at all', 'nothing.json', '', /empty/],
    ['an array at the root', 'array.json', `[${good}]`, /not a resource/],
    ['an unknown type', 'unknown.json', '{"resourceType":"Nothing"}', /not a resource/],
    ['10,000 levels', 'deep.json', deep, /nested too deeply/],
    [
      '100,000 levels of arrays',
      'arrays.json',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      /not a resource|too deeply/,
    ],
    ['bytes that are not UTF-8', 'latin.json', Buffer.from(good.replace('Given', 'G\u00e9'), 'latin1'), /not UTF-8/],
    ['a gzip file that breaks off', 'broken.ndjson.gz', gzipSync(`${good}\n`).subarray(0, -12), /no whole gzip/],
    ['plain text under the name of a gzip file', 'plain.json.gz', good, /no whole gzip/],
  ];

  test.for(cases)('%s: a verdict, no crash', async ([, name, content, message]) => {
    const found = await verdicts([await place.file(name, content)]);
    expect(found.at(-1)?.valid).toBe(false);
    expect(messages(found.at(-1) as ResourceVerdict).join()).toMatch(message);
  });

  test('a file that is not there has its line; the others are judged', async () => {
    const there = await place.file('there.json', good);
    const missing = join(place.dir, 'missing.json');
    expect(await verdicts([missing, there])).toMatchObject([
      { file: missing, line: null, valid: false },
      { valid: true },
    ]);
  });

  test.for([
    ['a folder without any file to judge', ['EMPTY'], 'USAGE'],
    ['an unknown version', ['--us-core', '9.9.9', 'FILE'], 'US_CORE_VERSION_UNKNOWN'],
    ['a profile that is not at hand', ['--profile', 'http://example.org/none', 'FILE'], 'FHIR_PROFILE_UNKNOWN'],
    ['a package that is none', ['--package', 'EMPTY', 'FILE'], 'FHIR_PACKAGE_INVALID'],
    ['two ways to print', ['--ndjson', '--json', 'FILE'], 'USAGE'],
  ] as const)('%s is refused before anything is judged', async ([, args, code]) => {
    const empty = join(place.dir, 'empty-folder');
    await mkdir(empty, { recursive: true });
    const file = await place.file('good.json', good);
    const words = args.map((word) => ({ EMPTY: empty, FILE: file })[word as string] ?? word);
    const ran = await runCarryover(['validate', ...words]);
    expect(ran.stderr).toContain(`code     ${code}`);
    expect(ran.exitCode).toBe(2);
  });
});

describe('a FHIR package that is brought along', () => {
  test('adds its profiles, and a second run takes what the first one made', async () => {
    const folder = join(place.dir, 'package');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"name":"example.ig","version":"1.0.0"}');
    await writeFile(join(folder, 'profile.json'), JSON.stringify(activePatient()));
    const file = await place.file('inactive.json', good);
    const args = ['--package', folder, '--profile', 'http://example.org/StructureDefinition/active-patient', file];
    for (const _ of [1, 2]) {
      const [found] = await verdicts(args);
      expect(found).toMatchObject({ valid: false });
      expect(found?.issues[0]).toMatchObject({ severity: 'error', expression: 'Patient.active' });
    }
  });

  const logical = { resourceType: 'StructureDefinition', url: 'http://example.org/model', kind: 'logical', type: 'M' };
  const valueSet = {
    resourceType: 'ValueSet',
    url: 'http://example.org/set',
    compose: { include: [{ system: 'http://example.org/codes' }] },
  };
  const codeSystem = (content: string) => ({
    resourceType: 'CodeSystem',
    url: 'http://example.org/codes',
    content,
    concept: [{ code: 'a' }],
  });

  async function judgedBy(name: string, definitions: readonly object[], resource: string) {
    const folder = join(place.dir, name);
    await mkdir(folder, { recursive: true });
    for (const [index, one] of definitions.entries())
      await writeFile(join(folder, `${index}.json`), JSON.stringify(one));
    return runCarryover(['validate', '--package', folder, await place.file(`${name}.json`, resource)]);
  }

  test('says what was compiled of it, and what was left out and why', async () => {
    const ran = await judgedBy('mixed', [activePatient(), logical, valueSet, codeSystem('complete')], good);
    expect(ran.stderr).toContain('mixed unknown: 1 profile, 0 extensions, 1 value set, 1 complete code system.');
    expect(ran.stderr).toContain('Left out because it is a logical model: http://example.org/model');
    // The profile counts: the Patient is not active.
    expect(ran.exitCode).toBe(1);
  });

  test('with code systems alone is taken, says so, and its codes are looked up', async () => {
    const coded = JSON.stringify({
      ...JSON.parse(good),
      meta: { tag: [{ system: 'http://example.org/codes', code: 'b' }] },
    });
    const ran = await judgedBy('codes', [codeSystem('complete')], coded);
    expect(ran.stderr).toContain('It has no profile');
    expect(ran.stdout).toContain('The code is not one of its code system.');
    expect(ran.exitCode).toBe(1);
  });

  test.for([
    ['value sets alone', [valueSet], 'value sets only'],
    ['code systems without their codes', [codeSystem('not-present')], 'None of its code systems has all of its codes'],
    ['no definition that can be compiled', [logical, codeSystem('complete')], 'http://example.org/model is left out'],
  ] as const)('with %s is refused: nothing can be judged by it', async ([name, definitions, why]) => {
    const ran = await judgedBy(name.replaceAll(' ', '-'), definitions, good);
    expect(ran.stderr).toContain(why);
    expect(ran.stderr).toContain('code     FHIR_PACKAGE_INVALID');
    expect(ran.exitCode).toBe(2);
  });
});

/** A profile of Patient, small: its snapshot holds only what it needs. */
function activePatient(): object {
  const element = (path: string, min: number, max: string, code?: string) => ({
    id: path,
    path,
    min,
    max,
    base: { path, min: 0, max },
    ...(code !== undefined && { type: [{ code }] }),
  });
  return {
    resourceType: 'StructureDefinition',
    url: 'http://example.org/StructureDefinition/active-patient',
    version: '1.0.0',
    name: 'ActivePatient',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    derivation: 'constraint',
    snapshot: {
      element: [
        element('Patient', 0, '*'),
        element('Patient.id', 0, '1', 'id'),
        element('Patient.identifier', 0, '*', 'Identifier'),
        element('Patient.active', 1, '1', 'boolean'),
        element('Patient.name', 0, '*', 'HumanName'),
        element('Patient.gender', 0, '1', 'code'),
      ],
    },
  };
}
