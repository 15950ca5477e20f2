import type { TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken } from '../end-token.ts';
import { heartbeating, type Heartbeats } from '../heartbeating.ts';
import { acceptPatient } from './accept-patient.ts';
import { openReadJob, type ReadJob } from './read-job.ts';
import { readPages } from './read-pages.ts';
import { readReferenced } from './read-referenced.ts';
import { refreshAccess, type Refreshed } from './refresh-access.ts';
import { storeRecord } from './store-record.ts';

export interface ReadSliceInput {
  readonly transferId: TransferId;
  readonly secretId: SecretId;
}

export type ReadSliceResult =
  | { readonly kind: 'finished' }
  | { readonly kind: 'slice-ended' }
  | { readonly kind: 'token-needed' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/**
 * Reads a member's record: the Patient first (it must be the member on the roster), then every clinical type, page by page,
 * then what they refer to (seed, Step 3). Each page is sealed and noted, so that a crash goes on at the last one.
 */
export function readSlice(deps: ActivityDependencies) {
  return async ({ transferId, secretId }: ReadSliceInput): Promise<ReadSliceResult> => {
    const slice = { deps, transferId };
    return heartbeating(async (beat) => {
      // A refresh changes the token in the middle of a slice; the ledger knows the current one.
      let current = (await projectionOf(slice)).token?.secretId ?? secretId;
      for (let readBefore = -1; ;) {
        const read = await readUnder(slice, current, beat);
        if (read.kind !== 'token-over') return read;
        const readNow = (await projectionOf(slice)).read;
        // A token that carried nothing at all is not renewed again: a server that rejects every one would never end it.
        const refreshed: Refreshed = readNow > readBefore ? await refreshAccess(deps, transferId) : { kind: 'none' };
        readBefore = readNow;
        if (refreshed.kind === 'client-rejected') return { kind: 'stopped', reason: 'CLIENT_REJECTED' };
        if (refreshed.kind === 'none') return endToken(deps)({ transferId, secretId: current, cause: read.cause });
        await endToken(deps)({ transferId, secretId: current, cause: 'replaced' });
        current = refreshed.accessTokenId;
      }
    });
  };
}

interface Slice {
  readonly deps: ActivityDependencies;
  readonly transferId: TransferId;
}

async function projectionOf({ deps, transferId }: Slice): Promise<TransferProjection> {
  return (await deps.ledger.transfers.get(transferId)).projection;
}

type UnderToken = ReadSliceResult | { readonly kind: 'token-over'; readonly cause: 'expired' | 'rejected' };

/** Reads as far as one access token carries. */
async function readUnder({ deps, transferId }: Slice, secretId: SecretId, beat: Heartbeats): Promise<UnderToken> {
  const token = await deps.secrets.open(secretId);
  if (token === undefined || token.expiresAtMs <= deps.clock()) return { kind: 'token-over', cause: 'expired' };
  const job = await openReadJob(deps, transferId, token.value);
  try {
    return await readRecord(job, beat);
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    if (error.code === 'COUNTERPART_THROTTLED') await job.pace.slowDown(error.retryAfterMs ?? 1_000);
    if (error.code === 'TOKEN_REJECTED') return { kind: 'token-over', cause: 'rejected' };
    if (error.code === 'ACCESS_FORBIDDEN' || error.code === 'PAGES_ENDLESS' || error.code === 'ORIGIN_REFUSED')
      return { kind: 'stopped', reason: error.code };
    throw error;
  }
}

async function readRecord(job: ReadJob, beat: Heartbeats): Promise<ReadSliceResult> {
  const patient = await acceptPatient(job);
  if (patient.kind === 'refused') return { kind: 'stopped', reason: patient.reason };
  for (const resourceType of job.receive.resourceTypes) {
    const stop = await reasonToStop(job, beat);
    if (stop !== undefined) return stop;
    await readPages(job, beat, resourceType);
  }
  await readReferenced(job, beat);
  await storeRecord(job);
  return { kind: 'finished' };
}

async function reasonToStop(job: ReadJob, beat: Heartbeats): Promise<ReadSliceResult | undefined> {
  const { projection } = await job.ledger.transfers.get(job.transferId);
  if (projection.cancelRequested || beat.cancelled) return { kind: 'cancelled' };
  if (projection.state === 'paused') return { kind: 'paused' };
  return undefined;
}
