import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { acceptCallback } from '../../operations/accept-callback.ts';
import { controlTransfer } from '../../operations/control-transfer.ts';
import { listLinks } from '../../operations/list-links.ts';
import type { Operator } from '../../operations/operator.ts';
import { reissueLink } from '../../operations/reissue-link.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { issueLink, recordBatch, type RecordedBatch } from '../cli/recorded-batch.ts';
import { newWorkplace, type Workplace } from '../cli/run-carryover.ts';

let place: Workplace;
let batch: RecordedBatch;
let dataDir: DataDir;
let operator: Operator;
beforeEach(async () => {
  place = await newWorkplace();
  batch = await recordBatch(place.dataDir, 'receive', [[], [], []]);
  dataDir = await openDataDir(place.dataDir);
  operator = { ...dataDir, actor: 'jo', clock: Date.now, temporal: undefined };
});
afterEach(async () => {
  await dataDir.close();
  await place.remove();
});

const [first, second] = [0, 1].map((index) => () => batch.transferIds[index] as TransferId) as [
  () => TransferId,
  () => TransferId,
];

const issue = (transferId: TransferId, state: string, expiresAtMs = Date.now() + 60_000): Promise<void> =>
  issueLink(dataDir, transferId, state, expiresAtMs);

async function callBackWith(state: string) {
  const { profile } = await loadProfile('plan-a', { dirs: [dataDir.paths.counterparts] });
  return acceptCallback({ ...operator, actor: 'callback' }, async () => profile, { code: `code-of-${state}`, state });
}

const refused = { code: 'DEED_NOT_EXPECTED' };

test('of a member who answers and an operator who reissues at the same moment, one is told that it came too late', async () => {
  for (const [index, transferId] of batch.transferIds.entries()) {
    await issue(transferId, `state-${index}`);
    const reissuing = reissueLink(operator, transferId).then(
      ({ url }) => new URL(url).searchParams.get('state'),
      (error: unknown) => error,
    );
    const [answered, reissued] = await Promise.all([callBackWith(`state-${index}`), reissuing]);
    const fresh = typeof reissued === 'string';
    expect(answered).toEqual(fresh ? { kind: 'refused', why: 'state-replaced' } : { kind: 'authorized' });
    expect(fresh ? {} : reissued).toMatchObject(fresh ? {} : refused);
    expect(fresh ? await callBackWith(reissued) : { kind: 'authorized' }).toEqual({ kind: 'authorized' });
  }
});

test('of several who reissue at the same moment, the last link is the good one, and each event has its operator', async () => {
  await issue(first(), 'state-one');
  const done = await Promise.allSettled(Array.from({ length: 4 }, () => reissueLink(operator, first())));
  expect(done.some(({ status }) => status === 'fulfilled')).toBe(true);
  const events = await dataDir.ledger.events(first());
  const issued = events.filter(({ body }) => body.kind === 'link-issued');
  const reissued = events.filter(({ body }) => body.kind === 'link-reissued');
  expect(issued.length).toBe(reissued.length + 1);
  expect(reissued.map(({ actor }) => actor)).toEqual(reissued.map(() => 'jo'));
  const [link] = await Array.fromAsync(listLinks(operator, batch.batchId));
  expect(await callBackWith('state-one')).toEqual({ kind: 'refused', why: 'state-replaced' });
  expect(await callBackWith(new URL(link?.url ?? '').searchParams.get('state') ?? '')).toEqual({ kind: 'authorized' });
});

test('a member who is not waited for gets no fresh link, and nothing is recorded', async () => {
  await expect(reissueLink(operator, first())).rejects.toMatchObject(refused);
  await issue(first(), 'state-one');
  await controlTransfer(operator, { transferId: first(), control: 'pause' });
  await expect(reissueLink(operator, first())).rejects.toMatchObject(refused);
  await controlTransfer(operator, { transferId: first(), control: 'resume' });
  await controlTransfer(operator, { transferId: first(), control: 'cancel' });
  await expect(reissueLink(operator, first())).rejects.toMatchObject(refused);
  await issue(second(), 'state-two', Date.now() - 1);
  await expect(reissueLink(operator, second())).rejects.toMatchObject(refused);
  for (const transferId of [first(), second()]) {
    const kinds = (await dataDir.ledger.events(transferId)).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'link-issued')).toHaveLength(1);
    expect(kinds).not.toContain('link-reissued');
  }
});
