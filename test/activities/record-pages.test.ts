import { afterEach, beforeEach, expect, test } from 'vitest';

import { openRecordPages, removeStrayPages, type StoredPage } from '../../activities/receive/record-pages.ts';
import { canonicalJson } from '../../domain/payload/canonical-json.ts';
import { asObjectKey, type TransferId } from '../../schemas/ids.ts';
import { storedBatch, type StoredBatch } from '../support/stored-batch.ts';

let batch: StoredBatch;
let transferId: TransferId;
let nowMs = 0;

beforeEach(async () => {
  batch = await storedBatch([{ rowId: 'row-1' }]);
  const [transfer] = await batch.dataDir.ledger.transfers.list({ batchId: batch.batchId });
  if (transfer === undefined) throw new Error('nothing was recorded');
  ({ transferId } = transfer);
});
afterEach(() => batch.close());

const open = (earlier?: Parameters<typeof openRecordPages>[2]) =>
  openRecordPages({ ...batch.dataDir, clock: () => nowMs, log: { event: () => undefined } }, transferId, earlier);
const pageOf = (id: string): StoredPage => ({ resources: [{ resourceType: 'Condition', id }] });
const events = async () =>
  (await batch.dataDir.ledger.events(transferId)).flatMap(({ body }) => (body.kind === 'page-read' ? [body] : []));

test('pages that came together are one object and one transaction, and come back in their order', async () => {
  const pages = await open();
  await pages.add('Patient', { resources: [{ resourceType: 'Patient', id: 'p1' }] });
  await pages.add('Condition', { ...pageOf('c1'), nextUrl: 'http://127.0.0.1/next' });
  await pages.add('Condition', pageOf('c2'));
  expect(await events()).toEqual([]);
  await pages.keep();
  await pages.keep();

  expect(new Set((await events()).map(({ object }) => object)).size).toBe(1);
  expect((await events()).map(({ hasNext, page }) => ({ hasNext, page }))).toEqual([
    { hasNext: false, page: 1 },
    { hasNext: true, page: 1 },
    { hasNext: false, page: 2 },
  ]);
  const again = await open();
  expect(again.of('Condition')).toEqual(pages.of('Condition'));
  expect(again.of('Condition')).toHaveLength(2);
  expect(again.of('Observation')).toEqual([]);
});

test('what was read for long is kept without being told', async () => {
  const pages = await open();
  await pages.add('Condition', pageOf('c1'));
  expect(await events()).toHaveLength(0);
  nowMs += 5_000;
  await pages.add('Condition', pageOf('c2'));
  expect(await events()).toHaveLength(2);
  await pages.add('Condition', pageOf('x'.repeat(1_000_000)));
  expect(await events()).toHaveLength(3);
});

test('where two attempts read the same page, what the first one kept counts for both, and each refers to what is there', async () => {
  const [first, second] = [await open(), await open()];
  await first.add('Condition', pageOf('c1'));
  await second.add('Condition', pageOf('changed meanwhile'));
  await second.add('Condition', pageOf('c2'));
  await first.keep();
  await second.keep();
  const expected = [pageOf('c1'), pageOf('c2')];
  expect(second.of('Condition')).toEqual(expected);
  expect((await open()).of('Condition')).toEqual(expected);
});

test('pages that come while others are kept are kept next, whatever another attempt had kept meanwhile', async () => {
  const [first, second] = [await open(), await open()];
  await first.add('Condition', pageOf('c1'));
  await first.keep();
  await second.add('Condition', pageOf('changed meanwhile'));
  const keeping = second.keep();
  await second.add('Goal', pageOf('g1'));
  await keeping;
  expect([second.of('Condition'), second.of('Goal')]).toEqual([[pageOf('c1')], [pageOf('g1')]]);
  await Promise.all([second.add('Goal', pageOf('g2')), second.keep(), second.keep()]);
  const again = await open();
  expect([again.of('Condition'), again.of('Goal')]).toEqual([[pageOf('c1')], [pageOf('g1'), pageOf('g2')]]);
});

test('pages that an older version kept, each in an object of its own, are read with newer ones', async () => {
  const { ledger, objects } = batch.dataDir;
  const object = asObjectKey(`page/${transferId}/Condition-1`);
  await objects.put(object, Buffer.from(JSON.stringify(pageOf('old'))));
  const body = { kind: 'page-read', resourceType: 'Condition', page: 1, object, resources: 1, dropped: 0 } as const;
  const event = { subject: 'read/Condition', tryNumber: 1, actor: 'worker', body: { ...body, hasNext: true } };
  await ledger.append(transferId, event);
  const pages = await open();
  await pages.add('Condition', pageOf('new'));
  await pages.keep();
  expect((await open()).of('Condition')).toEqual([pageOf('old'), pageOf('new')]);
});

test('of an update, what is known is named in the page and not in it; the event counts it and says how it was asked for', async () => {
  const known = { resourceType: 'Condition', id: 'c1' };
  const { keys } = batch.dataDir;
  const hash = (canonical: string) => keys.contentHash(Buffer.from(canonical));
  const contentHash = hash(canonicalJson(known));
  const earlier = { known: new Map([['Condition/c1', new Map([[contentHash, known]])]]), hash };
  const pages = await open(earlier);
  const since = '2026-03-02T10:00:00.000Z';
  await pages.add('Condition', { resources: [known, { ...known, id: 'c2' }], total: 2 }, { since });
  await pages.keep();
  const expected = [{ ...pageOf('c2'), total: 2, unchanged: [{ name: 'Condition/c1', contentHash }] }];
  expect(pages.of('Condition')).toEqual(expected);
  expect((await open(earlier)).of('Condition')).toEqual(expected);
  expect(await events()).toMatchObject([{ resources: 1, unchanged: 1, since }]);
});

test('an object that a crash left before its events goes at the end of the transfer, and no other', async () => {
  const { ledger, objects } = batch.dataDir;
  const stray = asObjectKey(`page/${transferId}/Condition-1-of-a-crash`);
  const another = asObjectKey('page/another/Condition-1');
  for (const object of [stray, another]) await objects.put(object, Buffer.from('[]'));
  const pages = await open();
  await pages.add('Condition', pageOf('c1'));
  await pages.keep();
  await removeStrayPages({ ledger, objects }, transferId);
  expect(await objects.list('page/')).toEqual([another, ...(await events()).map(({ object }) => object)].toSorted());
  expect((await open()).of('Condition')).toEqual([pageOf('c1')]);
});
