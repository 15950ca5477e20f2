import { afterAll, beforeAll, expect, test } from 'vitest';

import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { issueLink, recordBatch, type RecordedBatch } from './recorded-batch.ts';
import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';

let place: Workplace;
let batch: RecordedBatch;
beforeAll(async () => {
  place = await newWorkplace();
  batch = await recordBatch(place.dataDir, 'receive', [[], [], []]);
  await issue(batch.transferIds[0], 'state-one');
  await issue(batch.transferIds[1], 'state-two');
});
afterAll(async () => place.remove());

const run = (...args: readonly string[]) => runCarryover(['links', ...args, '--data-dir', place.dataDir]);

async function issue(transferId: TransferId | undefined, state: string): Promise<void> {
  if (transferId === undefined) throw new Error('nothing was recorded');
  const dataDir = await openDataDir(place.dataDir);
  await issueLink(dataDir, transferId, state, Date.now() + 600_000);
  await dataDir.close();
}

test.each([
  ['neither a batch nor a transfer', () => [], 2, 'USAGE'],
  ['no transfer after --reissue', () => ['--reissue'], 2, 'USAGE'],
  [
    'a batch where a transfer belongs, so that nobody reissues a whole batch by mistake',
    () => ['--reissue', batch.batchId],
    2,
    'TRANSFER_NOT_FOUND',
  ],
  ['a member who is not waited for', () => ['--reissue', batch.transferIds[2] ?? ''], 7, 'DEED_NOT_EXPECTED'],
])('%s is refused, and every link stays', async (_, args, exitCode, code) => {
  const ran = await run(...args());
  expect({ exitCode: ran.exitCode, said: ran.stderr.includes(code) }).toEqual({ exitCode, said: true });
  const listed = (await run(batch.batchId)).stdout;
  for (const state of ['state-one', 'state-two']) expect(listed).toContain(state);
});

test('everybody in a batch who is waited for gets a fresh link where that is asked for', async () => {
  const { exitCode, stdout } = await run(batch.batchId, '--reissue');
  const lines = stdout.trimEnd().split(/\r?\n/);
  // This profile mails no links, so that nothing waits for a worker.
  expect(exitCode).toBe(0);
  expect(lines[0]).toBe('row_id,email,url,expires_at,mailed');
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['row-1', 'row-2']);
  expect(stdout).not.toMatch(/state-one|state-two/);
  expect((await run(batch.batchId)).stdout).toBe(stdout);
});
