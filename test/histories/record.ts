// Records the histories of a release, of all scenarios or of those that are named: node test/histories/record.ts VERSION
// [SCENARIO ...]. From v0.1.0 on histories are only added.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { startTemporalDevServer } from '../../adapters/temporal/dev-server.ts';
import { historyToJson } from '../../adapters/temporal/history-json.ts';
import { searchAttributes } from '../../schemas/search-attributes.ts';
import { batchWorkflowId, transferWorkflowId } from '../../schemas/transfer.ts';
import { openWorld } from '../support/open-world.ts';
import { scenarios, stageOf } from './scenarios.ts';
import { testKeyFile } from './test-key-file.ts';

const [version, ...wanted] = process.argv.slice(2);
if (version === undefined) throw new Error('usage: node test/histories/record.ts VERSION [SCENARIO ...]');
const target = join(import.meta.dirname, '../../fixtures/histories', version);
await mkdir(target, { recursive: true });

const folder = await mkdtemp(join(tmpdir(), 'carryover-record-'));
const server = await startTemporalDevServer({
  dbFile: join(folder, 'temporal.db'),
  logFile: join(folder, 'temporal.log'),
  headless: true,
  searchAttributes: Object.values(searchAttributes),
});
for (const [name, scenario] of Object.entries(scenarios)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const world = await openWorld({
    temporalAddress: server.address,
    keyFile: testKeyFile,
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    ...scenario.wishes,
  });
  try {
    const worker = await world.startWorker();
    const stage = await stageOf(world, scenario);
    await scenario.play(stage);
    await write(name, transferWorkflowId(stage.transferId));
    if (name.endsWith('-straight')) await write(`batch-${scenario.direction}`, batchWorkflowId(stage.batchId));
    await worker.stop();

    async function write(file: string, workflowId: string): Promise<void> {
      const handle = world.operator.temporal.workflow.getHandle(workflowId);
      await handle.result().catch(() => undefined);
      const history = JSON.parse(historyToJson(await handle.fetchHistory())) as unknown;
      await writeFile(join(target, `${file}.json`), `${JSON.stringify({ workflowId, history }, undefined, 1)}\n`);
      process.stdout.write(`${file}\n`);
    }
  } finally {
    await world.close();
  }
}
await server.stop();
await rm(folder, { recursive: true, force: true });
