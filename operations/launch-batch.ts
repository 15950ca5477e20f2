import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import type { LoadedProfile } from '../adapters/profile/load-profile.ts';
import { readRoster } from '../adapters/roster/read-roster.ts';
import { startBatch } from '../adapters/temporal/start-batch.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asBatchId, asObjectKey, type BatchId, type Direction } from '../schemas/ids.ts';
import type { Operator } from './operator.ts';

export interface LaunchBatch {
  readonly direction: Direction;
  readonly profile: LoadedProfile;
  readonly rosterFile: string;
  /** Where the members' records are; the roster's own folder by default. */
  readonly sourceDir?: string;
  /** Launch the same roster once more, on purpose. */
  readonly again: boolean;
}

export interface Launched {
  readonly batchId: BatchId;
  readonly rows: number;
  /** False where Temporal could not be reached: the batch is recorded and starts with the next `carryover worker`. */
  readonly started: boolean;
}

/**
 * Launches a batch: reads the whole roster once (a broken file starts nothing), seals it with the profile as it is now, then
 * starts the batch workflow. Throws the ROSTER_* failures, BATCH_DUPLICATE, PROFILE_DIRECTION_MISSING.
 */
export async function launchBatch(operator: Operator, launch: LaunchBatch): Promise<Launched> {
  const { direction, profile } = launch;
  if (profile.profile[direction] === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  const rows = await countRows(launch);
  const batchId = asBatchId(randomBytes(10).toString('hex'));
  await seal(operator, batchId, launch);
  const created = await operator.ledger.batches.create({
    batchId,
    direction,
    counterpartId: profile.profile.id,
    profileHash: profile.hash,
    profileObject: asObjectKey(`profile/${batchId}`),
    rosterObject: asObjectKey(`roster/${batchId}`),
    rosterHash: operator.keys.contentHash(await readFile(launch.rosterFile)),
    sourceDirObject: asObjectKey(`launch/${batchId}`),
    actor: operator.actor,
    allowDuplicate: launch.again,
  });
  if (created.kind === 'duplicate')
    throw new CarryoverError('BATCH_DUPLICATE', `The earlier batch is ${created.batchId}.`);
  return { batchId, rows, started: await start(operator, batchId) };
}

async function start({ temporal, ledger, objects, keys }: Operator, batchId: BatchId): Promise<boolean> {
  if (temporal === undefined) return false;
  await startBatch({ temporal, ledger, objects, keys }, batchId);
  return true;
}

async function countRows({ rosterFile, profile }: LaunchBatch): Promise<number> {
  let rows = 0;
  for await (const _row of readRoster({ path: rosterFile, profile: profile.profile })) rows += 1;
  return rows;
}

async function seal({ objects }: Operator, batchId: BatchId, launch: LaunchBatch): Promise<void> {
  const roster = await readFile(launch.rosterFile);
  const sourceDir = resolve(launch.sourceDir ?? dirname(launch.rosterFile));
  const note = { sourceDir, rosterName: basename(launch.rosterFile) };
  await objects.put(asObjectKey(`roster/${batchId}`), roster);
  await objects.put(asObjectKey(`launch/${batchId}`), Buffer.from(JSON.stringify(note)));
  await objects.put(asObjectKey(`profile/${batchId}`), Buffer.from(JSON.stringify(launch.profile.profile)));
}
