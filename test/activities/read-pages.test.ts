import { afterEach, expect, test } from 'vitest';

import type { Heartbeats } from '../../activities/heartbeating.ts';
import type { ReadJob } from '../../activities/receive/read-job.ts';
import { readPages } from '../../activities/receive/read-pages.ts';
import { openRecordPages } from '../../activities/receive/record-pages.ts';
import type { SearchPage } from '../../adapters/fhir/fhir-reader.ts';
import { storedBatch, type StoredBatch } from '../support/stored-batch.ts';

let batch: StoredBatch;
afterEach(() => batch.close());

const condition = { resourceType: 'Condition', id: 'c1' };
const beat = { report: () => undefined } as unknown as Heartbeats;

/** One attempt of a slice, whose one page comes with this total. Nothing is kept at its end, as where its worker is killed. */
async function attempt(page: Pick<SearchPage, 'total' | 'resources'>) {
  const { ledger, objects, keys } = batch.dataDir;
  const [transfer] = await ledger.transfers.list({ batchId: batch.batchId });
  if (transfer === undefined) throw new Error('nothing was recorded');
  const { transferId } = transfer;
  const deps = { ledger, objects, keys, clock: () => 0, log: { event: () => undefined } };
  const pages = await openRecordPages(deps, transferId);
  const job = {
    ...deps,
    transferId,
    pages,
    receive: { pageSize: 10, maxPages: 10 },
    request: () => Promise.resolve({ kind: 'answered', answer: { outcomes: [], samePage: false, ...page } }),
  } as unknown as ReadJob;
  await readPages(job, beat, 'Condition');
  return { events: (await ledger.events(transferId)).map(({ body }) => body), pages };
}

test('pages that lack some of the total are kept before that is a finding, so that a killed attempt and the next one agree', async () => {
  batch = await storedBatch([{ rowId: 'row-1' }]);
  const first = await attempt({ resources: [condition], total: 3 });
  expect(first.events.slice(-2)).toMatchObject([{ kind: 'page-read' }, { kind: 'finding', count: 2 }]);
  const second = await attempt({ resources: [condition], total: 5 });
  expect(second.events).toEqual(first.events);
  expect(second.pages.of('Condition')).toEqual([{ resources: [condition], total: 3 }]);
});

test('pages that lack nothing wait to be kept with others', async () => {
  batch = await storedBatch([{ rowId: 'row-1' }]);
  const { events } = await attempt({ resources: [condition], total: 1 });
  expect(events.map(({ kind }) => kind)).toEqual(['recorded']);
});
