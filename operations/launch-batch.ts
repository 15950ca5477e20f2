import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';

import type { NewBatch } from '../adapters/ledger/batches.ts';
import type { LoadedProfile } from '../adapters/profile/load-profile.ts';
import { readRoster } from '../adapters/roster/read-roster.ts';
import { startBatch } from '../adapters/temporal/start-batch.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asBatchId, asObjectKey, type BatchId, type Direction } from '../schemas/ids.ts';
import type { SourceServer } from '../schemas/source-server.ts';
import type { Operator } from './operator.ts';

export interface LaunchBatch {
  readonly direction: Direction;
  readonly profile: LoadedProfile;
  readonly rosterFile: string;
  /** Where the members' records are; the roster's own folder by default. */
  readonly sourceDir?: string;
  /** The FHIR server of ours that has the members' records; then none are looked for in files. */
  readonly sourceServer?: SourceServer;
  /** Launch the same roster once more, on purpose; to receive, only what has changed since an earlier batch. */
  readonly again: boolean;
  /** The batch that an update follows; whatever came last of each member where left out. */
  readonly earlierBatchId?: BatchId;
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
  const { bytes, rows } = await readWhole(launch);
  const batchId = asBatchId(randomBytes(10).toString('hex'));
  const sealed = await seal(operator, batchId, launch, bytes);
  const created = await operator.ledger.batches.create({
    batchId,
    direction,
    counterpartId: profile.profile.id,
    profileHash: profile.hash,
    profileObject: sealed.profile,
    rosterObject: sealed.roster,
    rosterHash: operator.keys.contentHash(bytes),
    sourceDirObject: sealed.note,
    actor: operator.actor,
    allowDuplicate: launch.again,
    ...updateOf(launch),
  });
  if (created.kind === 'duplicate') {
    await Promise.all(Object.values(sealed).map((key) => operator.objects.delete(key)));
    throw new CarryoverError('BATCH_DUPLICATE', `The earlier batch is ${created.batchId}.`);
  }
  await operator.ledger.batches.setRows(batchId, rows);
  return { batchId, rows, started: await start(operator, batchId) };
}

function updateOf({ direction, again, earlierBatchId }: LaunchBatch): Pick<NewBatch, 'update'> {
  if (direction === 'send' || !again) return {};
  return { update: earlierBatchId === undefined ? {} : { earlierBatchId } };
}

async function start({ temporal, ledger, objects, keys }: Operator, batchId: BatchId): Promise<boolean> {
  if (temporal === undefined) return false;
  await startBatch({ temporal, ledger, objects, keys }, batchId);
  return true;
}

/** Reads the roster once, so that what is counted, hashed and sealed is the same; a broken file throws here. */
async function readWhole({ rosterFile, profile }: LaunchBatch): Promise<{ bytes: Buffer; rows: number }> {
  const bytes = await readFile(rosterFile).catch((cause: unknown) => {
    throw new CarryoverError('ROSTER_UNREADABLE', '', {}, { cause });
  });
  let rows = 0;
  for await (const _row of readRoster({ stream: Readable.from([bytes]), profile: profile.profile })) rows += 1;
  return { bytes, rows };
}

async function seal({ objects }: Operator, batchId: BatchId, launch: LaunchBatch, bytes: Buffer) {
  const keys = {
    roster: asObjectKey(`roster/${batchId}`),
    note: asObjectKey(`launch/${batchId}`),
    profile: asObjectKey(`profile/${batchId}`),
  };
  const sourceDir = resolve(launch.sourceDir ?? dirname(launch.rosterFile));
  const { sourceServer } = launch;
  const note = { sourceDir, rosterName: basename(launch.rosterFile), ...(sourceServer && { sourceServer }) };
  await objects.put(keys.roster, bytes);
  await objects.put(keys.note, Buffer.from(JSON.stringify(note)));
  await objects.put(keys.profile, Buffer.from(JSON.stringify(launch.profile.profile)));
  return keys;
}
