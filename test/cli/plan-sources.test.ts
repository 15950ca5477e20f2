import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { PlannedRow, PlanSummary } from '../../domain/report/plan-summary.ts';
import { newWorkplace, profileToml, runCarryover, type Workplace } from './run-carryover.ts';

type Json = { readonly resourceType: string; readonly id: string; readonly [key: string]: unknown };

/** How references and full URLs of a record are written. */
interface Spelling {
  readonly reference: (name: string) => string;
  readonly fullUrl?: (name: string) => string;
}

const uuids: Record<string, string> = {};
const uuidOf = (name: string) =>
  (uuids[name] ??= `6f9619ff-8b86-4011-b42d-${String(Object.keys(uuids).length).padStart(12, '0')}`);

const relative: Spelling = { reference: (name) => name, fullUrl: (name) => name };
const absolute: Spelling = {
  reference: (name) => `https://previous.example/fhir/${name}/_history/1`,
  fullUrl: (name) => `https://previous.example/fhir/${name}`,
};
const urn: Spelling = {
  reference: (name) => `urn:uuid:${uuidOf(name).toUpperCase()}`,
  fullUrl: (name) => `urn:uuid:${uuidOf(name)}`,
};
const byIdentifier: Spelling = {
  reference: (name) => `${name.split('/')[0]}?identifier=${encodeURIComponent(`urn:ids|${name}`)}`,
};

/** Four resources that refer to each other, to a contained one, and to an organization that has only an identifier. */
function record({ reference }: Spelling): readonly Json[] {
  const to = (name: string) => ({ reference: reference(name) });
  const own = (name: string) => ({ identifier: [{ system: 'urn:ids', value: name }] });
  return [
    {
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      code: { text: 'x' },
      subject: to('Patient/p'),
      encounter: to('Encounter/e'),
      contained: [{ resourceType: 'PractitionerRole', id: 'role', practitioner: to('Practitioner/d') }],
      performer: [{ reference: '#role' }, { type: 'Organization', identifier: { system: 'urn:org', value: '7' } }],
    },
    {
      resourceType: 'Encounter',
      id: 'e',
      ...own('Encounter/e'),
      status: 'finished',
      class: { code: 'AMB' },
      subject: to('Patient/p'),
      participant: [{ individual: to('Practitioner/d') }],
    },
    { resourceType: 'Practitioner', id: 'd', ...own('Practitioner/d'), name: [{ family: 'Dahl' }] },
    {
      resourceType: 'Patient',
      id: 'p',
      ...own('Patient/p'),
      name: [{ family: 'Quince', given: ['Ada'] }],
      gender: 'female',
      birthDate: '1984-03-02',
    },
  ];
}

function bundle(type: string, resources: readonly Json[], { fullUrl }: Spelling): string {
  const entry = resources.map((resource) => ({
    ...(fullUrl && { fullUrl: fullUrl(`${resource.resourceType}/${resource.id}`) }),
    resource,
    ...(type === 'transaction' && { request: { method: 'POST', url: resource.resourceType } }),
  }));
  return JSON.stringify({ resourceType: 'Bundle', type, entry });
}

const ndjson = (resources: readonly Json[]) => resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');

let place: Workplace;
let rows: { readonly memberId: string; readonly source: string }[];
beforeEach(async () => {
  place = await newWorkplace();
  rows = [];
  await mkdir(join(place.dir, 'records'));
  // What is looked at here is where a record comes from and how it refers, not whether US Core would have more in it.
  const toml = `${profileToml()}\n[send.validation]\npolicy = "warn"\n`;
  await writeFile(join(place.dataDir, 'counterparts', 'plan-a.toml'), toml);
});
afterEach(() => place.remove());

/** A member whose record is this file, or these files of a folder; found by member id, unless the roster names it. */
async function member(
  content: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>,
  { ending = '', named = false } = {},
): Promise<void> {
  const memberId = `M${rows.length}`;
  const source = `${named ? `named-${memberId}` : memberId}${ending}`;
  const path = join(place.dir, 'records', source);
  if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(path, content);
  else {
    await mkdir(path);
    for (const [name, bytes] of Object.entries(content)) await writeFile(join(path, name), bytes);
  }
  rows.push({ memberId, source: named ? source : '' });
}

/** Runs `carryover plan` over the members so far. */
async function plan() {
  const lines = rows.map(
    ({ memberId, source }, index) => `r${index},Quince,Ada,1984-03-02,${memberId},02116,${source}`,
  );
  const header = 'row_id,family,given,birth_date,previous_member_id,zip,source';
  const roster = await place.file('roster.csv', [header, ...lines, ''].join('\n'));
  const args = ['--roster', roster, '--counterpart', 'plan-a', '--source-dir', join(place.dir, 'records')];
  const run = (...more: string[]) => runCarryover(['plan', ...args, '--data-dir', place.dataDir, ...more]);
  const { stdout, stderr, exitCode } = await run('--json');
  const document = JSON.parse(stdout) as PlanSummary & { readonly perRow: readonly PlannedRow[] };
  return { document, exitCode, printed: stdout + stderr, asText: async () => (await run()).stdout };
}

test('every form of a record, wherever it is found and however it refers, gives the same plan', async () => {
  await member(bundle('collection', record(relative), relative), { ending: '.json' });
  await member(gzipSync(bundle('transaction', record(urn), urn)), { ending: '.json.gz' });
  await member(bundle('searchset', record(absolute), absolute), { ending: '.json' });
  await member(bundle('batch', record(byIdentifier), relative), { ending: '.json', named: true });
  await member(ndjson(record(relative)), { ending: '.ndjson' });
  await member(gzipSync(ndjson(record(absolute))), { ending: '.ndjson.gz', named: true });
  const [observation, encounter, ...people] = record(relative);
  await member({
    'Observation.ndjson': ndjson([observation!]),
    'Encounter.ndjson.gz': gzipSync(ndjson([encounter!])),
    'people.json': bundle('collection', people, relative),
  });
  const [linked, visit, ...named] = record(urn);
  await member(
    {
      '1.json.gz': gzipSync(bundle('transaction', [linked!, visit!], urn)),
      '2.json': bundle('transaction', named, urn),
    },
    { named: true },
  );
  const { document, exitCode } = await plan();
  expect(exitCode).toBe(0);
  const expected = {
    outcome: 'planned',
    counts: { resources: 4, planned: 4, repeats: 0, withheld: 0, bundles: 1, withheldByReason: {} },
    byType: { Patient: 1, Practitioner: 1, Encounter: 1, Observation: 1 },
    dangling: [],
    cyclesBroken: 0,
    warnings: {},
  };
  expect(document.perRow).toEqual(rows.map((_, index) => ({ line: index + 2, ...expected })));
  expect(document.rows).toEqual({ total: 8, good: 8, refused: 0, invalid: 0 });
  expect(document.estimate.requests).toBe(8);
});

test('what is about another patient is a hard stop in every form, and the other rows go on', async () => {
  const [observation, ...rest] = record(relative);
  const about = (subject: object, more: readonly Json[] = []) =>
    member(ndjson([{ ...observation!, subject }, ...rest, ...more]), { ending: '.ndjson' });
  const other = { ...rest.at(-1)!, id: 'q', identifier: [] };
  await about({ reference: 'Patient/p' });
  await about({ reference: 'Patient/q' });
  await about({ reference: 'https://previous.example/fhir/Patient/q' });
  await about({ reference: `urn:uuid:${uuidOf('Patient/q')}` });
  await about({ reference: 'Patient?identifier=urn:ids|Patient/q' });
  await about({ identifier: { system: 'urn:ids', value: 'Patient/q' } });
  await about({ reference: 'Patient/q' }, [other]);
  await about({ reference: 'Patient/p' }, [other]);
  await member(ndjson(rest.map((one) => ({ ...one, birthDate: '1984-03-03' }))), { ending: '.ndjson' });
  const { document, exitCode, printed } = await plan();
  expect(exitCode).toBe(1);
  const [same, ...others] = document.perRow;
  expect(same).toMatchObject({ outcome: 'planned', counts: { planned: 4 } });
  expect(others).toHaveLength(8);
  for (const row of others) expect(row).toMatchObject({ outcome: 'refused', code: 'SOURCE_OTHER_PATIENT' });
  expect(printed).not.toMatch(/Quince|1984|Dahl/);
});

test('repeats are dropped and counted, differing ones are refused by place, and what is missing is said by type', async () => {
  const all = record(relative);
  const [observation, encounter, practitioner, patient] = all;
  await member(ndjson([...all, practitioner!, patient!]), { ending: '.ndjson' });
  await member(ndjson([...all, { ...practitioner!, active: true }]), { ending: '.ndjson' });
  await member(ndjson([observation!, encounter!, patient!]), { ending: '.ndjson' });
  await member(ndjson([practitioner!]), { ending: '.ndjson' });
  rows.push({ memberId: 'M4', source: '' });
  const goalAndCondition = (['Condition', 'Goal'] as const).map((resourceType) => ({
    resourceType,
    id: 'x',
    subject: { reference: 'Patient/p' },
    clinicalStatus: { coding: [{ code: 'active' }] },
    code: { text: 'x' },
    lifecycleStatus: 'active',
    description: { text: 'x' },
    ...(resourceType === 'Goal'
      ? { addresses: [{ reference: 'Condition/x' }] }
      : { extension: [{ url: 'urn:goal', valueReference: { reference: 'Goal/x' } }] }),
  }));
  await member(ndjson([patient!, ...goalAndCondition]), { ending: '.ndjson' });
  const { document, exitCode, asText } = await plan();
  expect(exitCode).toBe(1);
  expect(document.perRow).toMatchObject([
    { counts: { resources: 6, planned: 4, repeats: 2 } },
    { code: 'SOURCE_CONFLICT', detail: expect.stringContaining('line 3 of file 1 and line 5 of file 1') as string },
    {
      dangling: [
        { from: 'Encounter', to: 'Practitioner', count: 1 },
        { from: 'Observation', to: 'Practitioner', count: 1 },
      ],
    },
    { code: 'SOURCE_NO_PATIENT' },
    { code: 'SOURCE_NOT_FOUND' },
    { counts: { planned: 3 }, cyclesBroken: 1 },
  ]);
  const text = await asText();
  expect(text).toMatch(/References to what is not sent, by type\n +Encounter to Practitioner +1\n/);
  expect(text).toContain('Circles of references that have no order: 1');
});
