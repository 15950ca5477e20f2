import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readRoster } from '../../../adapters/roster/read-roster.ts';
import { loadPayload } from '../../../adapters/source/load-payload.ts';
import { loadGate } from '../../../adapters/validation/load-gate.ts';
import { type Demo, writeDemo } from '../../../fixtures/write-demo.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import type { RosterRow } from '../../../schemas/roster.ts';
import { planned, record } from './planning.ts';

const synthea = path.join(import.meta.dirname, '../../../../shared/members/synthea');
const validate = await loadGate({ usCoreVersion: '6.1.0' });
const claimed = await loadGate({ usCoreVersion: '6.1.0', profiles: 'claimed' });
const whole = { policy: { validation: 'refuse' as const }, validate };

const linked = { ...whole, policy: { ...whole.policy, idAssignment: 'server' as const } };

describe('the members of the demo', () => {
  let dir: string;
  let demo: Demo;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'demo-'));
    demo = await writeDemo({ dir, seed: 7, members: 12 });
  });
  afterAll(async () => rm(dir, { recursive: true }));

  test('are read, loaded and planned in every format, with the counts that were written', async () => {
    const profile = { roster: { dateFormat: 'YYYY-MM-DD', aliases: {} } } as const;
    const rows = await Array.fromAsync(readRoster({ path: demo.rosterFile, profile }));
    expect(rows).toHaveLength(demo.rows.length);
    const valid = demo.rows.filter(({ expectedEnd }) => expectedEnd !== 'invalid');
    expect(rows.filter(isMember).map((row) => row.record.rowId)).toEqual(valid.map(({ rowId }) => rowId));

    for (const row of rows.filter(isMember)) {
      const written = demo.rows.find(({ rowId }) => rowId === row.record.rowId);
      const payload = await loadPayload({ sourceDir: dir, record: row.record });
      const { counts, dangling, cyclesBroken } = await planned(payload.resources, { ...whole, record: row.record });
      expect(counts.resources).toBe(written?.resources);
      expect(counts.repeats).toBe(written?.repeats);
      expect(counts.withheldByReason).toEqual({ 'type-not-accepted': written?.provenances });
      expect(dangling).toEqual([]);
      expect(cyclesBroken).toBe(0);
    }
  });

  test('lose nothing where the server assigns the ids: every reference can be linked', async () => {
    const profile = { roster: { dateFormat: 'YYYY-MM-DD', aliases: {} } } as const;
    const rows = await Array.fromAsync(readRoster({ path: demo.rosterFile, profile }));
    for (const { record: member } of rows.filter(isMember)) {
      const { resources } = await loadPayload({ sourceDir: dir, record: member });
      const { counts } = await planned(resources, { ...whole, record: member });
      expect(await planned(resources, { ...linked, record: member })).toMatchObject({
        counts: { planned: counts.planned, withheldByReason: counts.withheldByReason },
        dangling: [],
        cyclesBroken: 0,
      });
    }
  });
});

describe.skipIf(!present(synthea))('the 12 Synthea people of ../shared/members', () => {
  // They claim no profile and are not made for US Core: base R4 is what they keep.
  const asClaimed = { ...whole, validate: claimed };
  const linkedAsClaimed = { ...linked, validate: asClaimed.validate };

  test('all plan whole: only what is not clinical, or cannot be created, is withheld', async () => {
    const files = await readdir(synthea);
    expect(files).toHaveLength(12);
    for (const source of files) {
      const payload = await loadPayload({ sourceDir: synthea, record: { ...record, source } });
      const person = await personOf(source);
      const { counts, dangling, cyclesBroken, warnings } = await planned(payload.resources, {
        ...asClaimed,
        record: person,
      });
      const {
        'not-clinical': notClinical = 0,
        'type-not-accepted': notAccepted = 0,
        ...others
      } = counts.withheldByReason;
      process.stdout.write(
        `Synthea: ${counts.resources} resources = ${counts.planned} planned in ${counts.bundles} bundles` +
          ` + ${notClinical} not clinical + ${notAccepted} of types not accepted + ${counts.repeats} repeats\n`,
      );
      expect(counts.planned + notClinical + notAccepted).toBe(counts.resources);
      expect({ others, dangling, cyclesBroken, warnings }).toEqual({
        others: {},
        dangling: [],
        cyclesBroken: 0,
        warnings: {},
      });
      expect(await planned(payload.resources, { ...linkedAsClaimed, record: person })).toMatchObject({
        counts: { planned: counts.planned, withheldByReason: counts.withheldByReason },
        dangling: [],
        cyclesBroken: 0,
      });
    }
  });
});

async function personOf(source: string) {
  const bundle = JSON.parse(await readFile(path.join(synthea, source), 'utf8')) as {
    entry: { resource: FhirResource }[];
  };
  const patient = bundle.entry.map(({ resource }) => resource).find(({ resourceType }) => resourceType === 'Patient');
  const [name] = (patient?.['name'] ?? []) as { family: string; given: string[] }[];
  const birthDate = patient?.['birthDate'] as string;
  return { ...record, family: name?.family ?? '', given: name?.given[0] ?? '', birthDate };
}

function isMember(row: RosterRow): row is Extract<RosterRow, { kind: 'member' }> {
  return row.kind === 'member';
}

function present(folder: string): boolean {
  if (existsSync(folder)) return true;
  process.stdout.write('SKIPPED: ../shared/members/synthea is not there; the Synthea people were not planned.\n');
  return false;
}
