import { afterEach, expect, test } from 'vitest';

import type { EarlierRecord } from '../../activities/receive/earlier-record.ts';
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

interface JobWishes {
  readonly earlier?: Partial<EarlierRecord>;
  readonly validation?: ValidationRules;
}

/** The job of the one transfer, over these pages. */
async function jobOver(kept: typeof pages, { earlier, validation }: JobWishes = {}): Promise<ReadJob> {
  batch = await storedBatch([{ rowId: 'row-1' }]);
  const { ledger, objects } = batch.dataDir;
  const [transfer] = await ledger.transfers.list({ batchId: batch.batchId });
  if (transfer === undefined) throw new Error('nothing was recorded');
  return {
    ledger,
    objects,
    transferId: transfer.transferId,
    earlier,
    log: { event: () => undefined },
    receive: {
      resourceTypes: ['Condition', 'Observation', 'Goal'],
      ...(validation !== undefined && { validation }),
    },
    pages: { of: (type: string) => kept[type] ?? [] },
  } as unknown as ReadJob;
}

test('what came twice, without an id or under a used id is kept, counted and remarked, and the sums hold', async () => {
  const job = await jobOver(pages);
  const { ledger, objects, transferId } = job;
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
    // A profile of 3.1.1 alone, which asks for a category.
    const condition = {
      resourceType: 'Condition',
      id: 'c1',
      meta: { profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition'] },
      code: { text: 'x' },
      subject: { reference: 'Patient/p1' },
    };
    const kept = { Patient: [{ resources: [patient] }], Condition: [{ resources: [condition] }] };
    const job = await jobOver(kept, given.validation === undefined ? {} : { validation: given.validation });
    await storeRecord(job);
    const stored = (await job.ledger.events(job.transferId)).find(({ body }) => body.kind === 'stored')?.body;
    expect(stored).toMatchObject({ invalid: given.invalid });
  },
);

test('an update stores what is new; what came unchanged counts once, and what is missing only of types that were read in full', async () => {
  const same = (name: string) => ({ name, contentHash: 'known' });
  const job = await jobOver(
    {
      Patient: [{ resources: [], unchanged: [same('Patient/p1')] }],
      Observation: [
        { resources: [{ ...observation, id: 'o9' }], unchanged: [same('Observation/o1')] },
        { resources: [], unchanged: [same('Observation/o1')] },
      ],
    },
    {
      earlier: {
        startedAt: '2026-03-02T10:00:00.000Z',
        known: new Map(['Patient/p1', 'Observation/o1', 'Observation/o2', 'Goal/g1'].map((name) => [name, new Map()])),
        changedSince: (type) => (type === 'Goal' ? '2026-03-02T09:00:00.000Z' : undefined),
      },
    },
  );
  await storeRecord(job);
  const { projection } = await job.ledger.transfers.get(job.transferId);
  expect(projection).toMatchObject({ stored: { Observation: 1 }, readAgain: 1, unchanged: 2 });
  expect(projection.findings).toEqual({ 'no-longer-returned': 1 });
  const body = (await job.ledger.events(job.transferId))
    .map((event) => event.body)
    .find(({ kind }) => kind === 'stored');
  const since = '2026-03-02T10:00:00.000Z';
  expect(body).toMatchObject({ update: { since, asked: 'changes', unchanged: 2, noLongerReturned: 1 } });
  const text = (await job.objects.get(asObjectKey(`remarks/${job.transferId}`))).toString();
  expect(JSON.parse(text)).toMatchObject({
    patientId: 'p1',
    remarks: [{ kind: 'no-longer-returned', resource: 'Observation/o2' }],
    unchanged: [same('Patient/p1'), same('Observation/o1')],
  });
});
