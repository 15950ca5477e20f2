import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import type { TransferProjection } from '../../domain/accounting/transfer-projection.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import { admitSlice } from '../admit-slice.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken } from '../end-token.ts';
import { heartbeating, type Heartbeats } from '../heartbeating.ts';
import type { MemberLease } from '../member-lease.ts';
import { paceOf } from '../pace.ts';
import { type SliceEnd, sliceLimits } from '../slice-limits.ts';
import { acceptPatient } from './accept-patient.ts';
import { openReadJob, type ReadJob, sliceToRead } from './read-job.ts';
import { readReferenced } from './read-referenced.ts';
import { readTypes } from './read-types.ts';
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
  /**
   * The counterpart takes requests again from this time on; a token that cannot be renewed may end before. Milliseconds since
   * 1970.
   */
  | { readonly kind: 'window-closed'; readonly opensAtMs: number; readonly tokenEndsAtMs?: number }
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/**
 * Reads a member's record: the Patient first (it must be the member on the roster), then every clinical type, page by page,
 * then what they refer to (seed, Step 3). Pages are sealed and noted on the way, so that a crash goes on near the last one.
 */
export function readSlice(deps: ActivityDependencies) {
  return async ({ transferId, secretId }: ReadSliceInput): Promise<ReadSliceResult> => {
    const slice = { deps, transferId };
    return heartbeating(async (beat) => {
      // A refresh changes the token in the middle of a slice; the ledger knows the current one.
      let current = (await projectionOf(slice)).token?.secretId ?? secretId;
      for (let readBefore = -1; ;) {
        const read = await readUnder(slice, current, beat);
        if (read.kind === 'window-closed') return { ...read, ...(await lastOfToken(slice)) };
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

type Read =
  | Exclude<ReadSliceResult, { kind: 'token-needed' }>
  | { readonly kind: 'token-over'; readonly cause: 'expired' | 'rejected' };

/** Reads as far as one access token carries, in the member's place among those in flight. */
async function readUnder({ deps, transferId }: Slice, secretId: SecretId, beat: Heartbeats): Promise<Read> {
  const token = await deps.secrets.open(secretId);
  if (token === undefined || token.expiresAtMs <= deps.clock()) return { kind: 'token-over', cause: 'expired' };
  const slice = await sliceToRead(deps, transferId, token.value);
  const { profile } = slice;
  const times = { pacing: profile.pacing, tokenEndsAtMs: token.expiresAtMs };
  const admission = await admitSlice(deps, {
    transferId,
    profile,
    tokenEndsAtMs: token.expiresAtMs,
    limits: sliceLimits(deps, beat, times),
    opening: async () => undefined,
  });
  if (admission.kind === 'ended') return causeOf(admission.end);
  const { lease } = admission;
  const pace = paceOf(deps, profile);
  try {
    const job = await openReadJob(deps, slice, { pace, limits: sliceLimits(deps, beat, { ...times, lease }) });
    try {
      return await readRecord(job, beat, lease);
    } finally {
      await job.pages.keep();
    }
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    if (error.code === 'COUNTERPART_THROTTLED') await pace.slowDown(error.retryAfterMs ?? 1_000);
    if (error.code === 'TOKEN_REJECTED') return { kind: 'token-over', cause: 'rejected' };
    if (error.code === 'ACCESS_FORBIDDEN' || error.code === 'PAGES_ENDLESS' || error.code === 'ORIGIN_REFUSED')
      return { kind: 'stopped', reason: error.code };
    throw error;
  } finally {
    await lease.leave();
  }
}

async function readRecord(job: ReadJob, beat: Heartbeats, lease: MemberLease): Promise<Read> {
  const patient = await acceptPatient(job);
  if (patient.kind === 'ended') return causeOf(patient.end);
  if (patient.kind === 'refused') return { kind: 'stopped', reason: patient.reason };
  const unread = await readTypes(job, beat);
  if (unread !== undefined) return causeOf(unread);
  if (isNothingGiven(job)) return { kind: 'stopped', reason: 'ACCESS_FORBIDDEN' };
  const end = await readReferenced(job, beat);
  if (end !== undefined) return causeOf(end);
  await job.pages.keep();
  // A worker that stood still may wake when another has stored the record, or even purged it.
  if (!lease.held()) return { kind: 'slice-ended' };
  await storeRecord(job);
  return { kind: 'finished' };
}

/** A token that may read no type at all is no matter of what the payer has. */
function isNothingGiven({ receive, pages }: ReadJob): boolean {
  const { resourceTypes: types } = receive;
  return types.length > 0 && types.every((type) => pages.of(type)[0]?.notGiven === 403);
}

function causeOf(end: SliceEnd): Read {
  return end.kind === 'token-over' ? { ...end, cause: 'expired' } : end;
}

/** When the current token ends for good; nothing where it can be renewed. */
async function lastOfToken({ deps, transferId }: Slice): Promise<{ readonly tokenEndsAtMs?: number }> {
  const { batchId, projection } = await deps.ledger.transfers.get(transferId);
  const { receive } = await frozenProfile(deps, batchId);
  const { token } = projection;
  const renewable = receive?.useRefreshToken === true && token?.refreshTokenId !== undefined;
  return token === undefined || renewable ? {} : { tokenEndsAtMs: Date.parse(token.expiresAt) };
}
