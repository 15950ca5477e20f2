import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { recordBatch, temporaryLedger } from './temporary-ledger.ts';

const writers = 4;
const eventsEach = 2_500;
const program = fileURLToPath(new URL('append-events-process.ts', import.meta.url));

test('four processes write 10,000 events to one ledger file, and every chain is intact and complete', async () => {
  const { ledger, path, keys } = await temporaryLedger();
  const { transferIds } = await recordBatch(ledger, 5);

  const exits = Array.from({ length: writers }, async (_, writer) => {
    const given = [path, keys.keyCheck, String(writer), String(eventsEach), ...transferIds];
    const child = spawn(process.execPath, [program, ...given], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  });
  expect(await Promise.all(exits)).toEqual([0, 0, 0, 0]);

  for (const transferId of transferIds) {
    const each = (writers * eventsEach) / transferIds.length;
    expect(await ledger.verifyChain(transferId)).toMatchObject({ kind: 'intact', events: each + 1 });
    const { projection } = await ledger.transfers.get(transferId);
    const perWriter = eventsEach / transferIds.length;
    const all = Array.from({ length: writers }, (_, writer) => [`writer-${writer}`, perWriter]);
    expect(projection.findings).toEqual(Object.fromEntries(all));
    expect(await ledger.rebuildProjection(transferId)).toEqual(projection);
  }
  // Only so that a writer that hangs ends some day: ten thousand commits take as long as the disk and the other programs let them.
}, 600_000);
