import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { deliverBatch } from '../../../adapters/delivery/deliver-batch.ts';
import { folderTarget } from '../../../adapters/delivery/folder-target.ts';
import { storedBatch, type StoredBatch, type TestRow } from '../../support/stored-batch.ts';

let batch: StoredBatch;
let folder: string;

/** Members who share a practitioner, each with two observations. */
const rows: readonly TestRow[] = ['row-1', 'row-2'].map((rowId, index) => ({
  rowId,
  record: [
    { resourceType: 'Observation', id: `${index}-a`, subject: { reference: `Patient/p${index}` }, status: 'final' },
    { resourceType: 'Observation', id: `${index}-b`, subject: { reference: `Patient/p${index}` }, status: 'amended' },
    { resourceType: 'Patient', id: `p${index}` },
    { resourceType: 'Practitioner', id: 'shared' },
  ],
  ...(index === 1 && { dropped: { Coverage: 1 } }),
}));

beforeEach(async () => {
  batch = await storedBatch(rows);
  folder = join(batch.dir, 'out');
  const { ledger, objects } = batch.dataDir;
  const target = folderTarget(folder);
  await deliverBatch({ batchId: batch.batchId, target, ledger, objects, onMember: () => undefined });
});
afterEach(() => batch.close());

async function rowsOf(sql: string): Promise<readonly unknown[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    const reader = await connection.runAndReadAll(sql.replaceAll('DELIVERY', folder));
    return reader.getRowsJson();
  } finally {
    connection.closeSync();
  }
}

test('a type is loaded in one line', async () => {
  expect(await rowsOf("SELECT id, status FROM read_json('DELIVERY/Observation.ndjson.gz')")).toEqual([
    ['0-a', 'final'],
    ['0-b', 'amended'],
    ['1-a', 'final'],
    ['1-b', 'amended'],
  ]);
});

test('members.csv joins by the patient that a resource refers to', async () => {
  const sql = `SELECT m.row_id, count(*) FROM read_json('DELIVERY/Observation.ndjson.gz') o
    JOIN read_csv('DELIVERY/members.csv') m ON o.subject.reference = 'Patient/' || m.patient_id GROUP BY ALL ORDER BY ALL`;
  expect(await rowsOf(sql)).toEqual([
    ['row-1', '2'],
    ['row-2', '2'],
  ]);
});

test('attribution names the members of what refers to no patient', async () => {
  const sql = `SELECT DISTINCT p.id, a.row_id FROM read_json('DELIVERY/Practitioner.ndjson.gz') p
    JOIN read_json('DELIVERY/attribution.ndjson.gz') a ON a.resourceType = 'Practitioner' AND a.id = p.id ORDER BY ALL`;
  expect(await rowsOf(sql)).toEqual([
    ['shared', 'row-1'],
    ['shared', 'row-2'],
  ]);
});

test('outcomes are found by row', async () => {
  const sql = `SELECT list_filter(extension, x -> x.url = 'urn:carryover:row-id')[1].valueString, issue[1].diagnostics
    FROM read_json('DELIVERY/outcomes.ndjson.gz')`;
  expect(await rowsOf(sql)).toEqual([['row-2', '1 of Coverage came and were not kept: the type is not shared.']]);
});
