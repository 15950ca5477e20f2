import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import type { StoredPage } from '../../activities/receive/record-pages.ts';
import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { parseExact } from '../../domain/payload/exact-json.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { asBatchId, asObjectKey, type BatchId } from '../../schemas/ids.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { authorize, callBack } from './browsers.ts';
import type { World } from './open-world.ts';
import { untilState } from './until-state.ts';

const testMembers = await readFile(
  join(import.meta.dirname, '../../fixtures/rosters/receive-test-members.csv'),
  'utf8',
);

/** Writes a roster of the first test members of the seed; the same members give the same file. */
export async function rosterOf({ directory }: World, members: number): Promise<string> {
  const file = join(directory, 'roster', `first-${members}.csv`);
  const lines = testMembers.split('\n');
  await writeFile(file, `${lines.slice(0, members + 1).join('\n')}\n`);
  return file;
}

/** Launches a batch as people do: `carryover receive`. */
export async function launchReceive(world: World, temporal: string, args: readonly string[]): Promise<BatchId> {
  const where = ['--data-dir', world.dataDir.paths.root, '--temporal', temporal, '--json'];
  const { stdout, stderr } = await runCarryover(['receive', '--counterpart', world.profile.path, ...args, ...where]);
  const { batchId } = JSON.parse(stdout) as { readonly batchId?: string };
  if (batchId === undefined) throw new Error(`nothing was launched: ${stdout} ${stderr}`);
  return asBatchId(batchId);
}

/** Launches a batch in this process, which takes no command's start-up time, with the profile as its file is now. */
export async function launchHere(world: World, rosterFile: string, again: boolean): Promise<BatchId> {
  const profile = await loadProfile(world.profile.path, { dirs: [] });
  return (await launchBatch(world.operator, { direction: 'receive', profile, rosterFile, again })).batchId;
}

/** Every member of the batch opens the link and allows; waits until the batch is delivered. */
export async function authorizeAll(world: World, batchId: BatchId, members: number): Promise<readonly Transfer[]> {
  await untilState(world, batchId, 'link-issued', members);
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId }))
    await callBack(world, await authorize(world, transferId));
  return untilDelivered(world, batchId);
}

/** Waits until a batch is at its end, and says what became of its rows. */
export async function untilDelivered({ dataDir }: World, batchId: BatchId): Promise<readonly Transfer[]> {
  for (let round = 0; round < 600; round += 1) {
    if ((await dataDir.ledger.batches.get(batchId)).closedAt !== undefined)
      return dataDir.ledger.transfers.list({ batchId });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the batch is not at its end');
}

/** The lines of a file of a delivery; none where there is no such file. */
export async function deliveredLines({ dataDir }: World, batchId: BatchId, name: string): Promise<readonly string[]> {
  const path = join(dataDir.paths.deliveries, batchId, name);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return [];
  const text = name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  return text.split(/\r?\n/).filter((line) => line !== '');
}

interface Manifest {
  readonly request: string;
  readonly output: readonly { readonly type: string; readonly url: string; readonly count: number }[];
  readonly extension: { readonly update?: object };
}

export async function manifestOf({ dataDir }: World, batchId: BatchId): Promise<Manifest> {
  return JSON.parse(await readFile(join(dataDir.paths.deliveries, batchId, 'manifest.json'), 'utf8')) as Manifest;
}

/** Every resource of a delivery, one text each. */
export async function deliveredResources(world: World, batchId: BatchId): Promise<readonly string[]> {
  const { output } = await manifestOf(world, batchId);
  return (await Promise.all(output.map(({ url }) => deliveredLines(world, batchId, url)))).flat();
}

/** Every resource that the sealed pages and records of transfers hold, one text each: what is kept of them in the object store. */
export async function keptResources({ dataDir }: World, transfers: readonly Transfer[]): Promise<readonly string[]> {
  const { objects } = dataDir;
  const kept: string[] = [];
  for (const { transferId } of transfers) {
    for (const key of await objects.list(`page/${transferId}`)) {
      const pages = parseExact((await objects.get(key)).toString()) as readonly StoredPage[];
      kept.push(...pages.flatMap(({ resources }) => resources.map((resource) => JSON.stringify(resource))));
    }
    const ndjson = (await objects.get(asObjectKey(`record/${transferId}`))).toString();
    kept.push(...ndjson.split('\n').filter((line) => line !== ''));
  }
  return kept;
}
