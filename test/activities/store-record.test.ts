import { afterEach, expect, test } from 'vitest';

import type { ReadJob } from '../../activities/receive/read-job.ts';
import type { StoredPage } from '../../activities/receive/record-pages.ts';
import { storeRecord } from '../../activities/receive/store-record.ts';
import type { ValidationRules } from '../../schemas/counterpart.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { RecordRemarks } from '../../schemas/record-remarks.ts';
import { storedBatch, type StoredBatch } from '../support/stored-batch.ts';

let batch: StoredBatch;
afterEach(() => batch.close());

const patient = { resourceType: 'Patient', id: 'p1', active: true };
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
const pages: Readonly<Record<string, readonly StoredPage[]>> = {
  Patient: [{ resources: [patient] }],
  Observation: [
    { resources: [{ ...observation, id: 'o1' }, { ...observation, id: 'o1', status: 'amended' }, observation] },
    { resources: [{ ...observation, id: 'o1' }, { ...observation, status: 'amended' }, patient] },
  ],
  referenced: [{ resources: [], unreadable: ['Practitioner/9'] }],
};

async function jobOf(of: StoredBatch, kept: typeof pages, validation?: ValidationRules) {
  const { ledger, objects } = of.dataDir;
  const [transfer] = await ledger.transfers.list({ batchId: of.batchId });
  if (transfer === undefined) throw new Error('nothing was recorded');
  const { transferId } = transfer;
  const job = {
    ledger,
    objects,
    transferId,
    log: { event: () => undefined },
    receive: { resourceTypes: ['Condition', 'Observation'], ...(validation !== undefined && { validation }) },
    pages: { of: (type: string) => kept[type] ?? [] },
  } as unknown as ReadJob;
  return { job, ledger, objects, transferId };
}

test('what came twice, without an id or under a used id is kept, counted and remarked, and the sums hold', async () => {
  batch = await storedBatch([{ rowId: 'row-1' }]);
  const { job, ledger, objects, transferId } = await jobOf(batch, pages);
  await storeRecord(job);
  // A worker that died before it could say so does it once more.
  await storeRecord(job);

  const { projection } = await ledger.transfers.get(transferId);
  expect(projection.stored).toEqual({ Patient: 1, Observation: 4 });
  expect(projection.readAgain).toBe(2);
  expect(projection.findings).toEqual({ 'id-used-twice': 1, 'resource-without-id': 2, 'referenced-not-readable': 1 });
  const text = (await objects.get(asObjectKey(`remarks/${transferId}`))).toString();
  const { patientId, remarks } = JSON.parse(text) as RecordRemarks;
  expect(patientId).toBe('p1');
  expect(remarks).toEqual([
    { kind: 'reference-not-readable', reference: 'Practitioner/9' },
    { kind: 'without-id', resourceType: 'Observation', count: 2 },
    { kind: 'id-used-twice', resource: 'Observation/o1', count: 2 },
  ]);
});

test.for([
  { validation: { usCoreVersion: '3.1.1', profiles: 'claimed' }, invalid: 1 },
  { validation: { usCoreVersion: '6.1.0', profiles: 'claimed' }, invalid: 0 },
  { validation: undefined, invalid: 0 },
] as const)(
  'a record is judged by the version of US Core that the profile names: $validation.usCoreVersion',
  async (given) => {
    batch = await storedBatch([{ rowId: 'row-1' }]);
    // A profile of 3.1.1 alone, which asks for a category.
    const condition = {
      resourceType: 'Condition',
      id: 'c1',
      meta: { profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition'] },
      code: { text: 'x' },
      subject: { reference: 'Patient/p1' },
    };
    const kept = { Patient: [{ resources: [patient] }], Condition: [{ resources: [condition] }] };
    const { job, ledger, transferId } = await jobOf(batch, kept, given.validation);
    await storeRecord(job);
    const stored = (await ledger.events(transferId)).find(({ body }) => body.kind === 'stored')?.body;
    expect(stored).toMatchObject({ invalid: given.invalid });
  },
);
