import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { expect, onTestFinished, test } from 'vitest';

import { openLedger } from '../../../adapters/ledger/ledger.ts';
import { newKeys, recordBatch, startMs, temporaryLedger } from './temporary-ledger.ts';

test('a ledger opens only with the keys that it was made with', async () => {
  const { path } = await temporaryLedger();
  const opened = openLedger({ path, clock: () => startMs, keyCheck: newKeys().keyCheck });
  await expect(opened).rejects.toMatchObject({ code: 'KEY_WRONG' });
});

test('a ledger that cannot be opened is unreachable', async () => {
  const { directory } = await temporaryLedger();
  const opened = openLedger({ path: directory, clock: () => startMs, keyCheck: 'x' });
  await expect(opened).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE' });
});

test('several connections may open a new ledger at the same moment', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'carryover-ledger-'));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'deeper', 'ledger.sqlite');
  const opening = Array.from(
    { length: 5 },
    async () => await openLedger({ path, clock: () => startMs, keyCheck: 'x' }),
  );
  const ledgers = await Promise.all(opening);
  for (const ledger of ledgers) await ledger.close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('writes wait for another writer instead of failing', async () => {
  const { ledger, path } = await temporaryLedger();
  await recordBatch(ledger);
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  const waiting = recordBatch(ledger, 1, 'b2');
  // Longer than SQLite's own wait, so that only our retry can get it through.
  const released = new Promise((resolve) => setTimeout(resolve, 400)).then(() => other.exec('rollback'));
  await expect(waiting).resolves.toMatchObject({ batchId: 'b2' });
  await released;
  other.close();
});
