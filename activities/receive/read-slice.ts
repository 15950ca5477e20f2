import type { FailureCode } from '../../schemas/failures.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import { admitSlice } from '../admit-slice.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken } from '../end-token.ts';
import { heartbeating, type Heartbeats } from '../heartbeating.ts';
import { paceOf } from '../pace.ts';
import { type SliceEnd, sliceLimits } from '../slice-limits.ts';
import { acceptPatient } from './accept-patient.ts';
import { openReadJob, type ReadJob, sliceToRead, type SliceToRead } from './read-job.ts';
import { readPages } from './read-pages.ts';
import { readReferenced } from './read-referenced.ts';
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
  /** The counterpart takes requests again from this time on, milliseconds since 1970. */
  | { readonly kind: 'window-closed'; readonly opensAtMs: number }
  | { readonly kind: 'stopped'; readonly reason: FailureCode };

/**
 * Reads a member's record: the Patient first (it must be the member on the roster), then every clinical type, page by page,
 * then what they refer to (seed, Step 3). Each page is sealed and noted, so that a crash goes on at the last one.
 */
export function readSlice(deps: ActivityDependencies) {
  return async ({ transferId, secretId }: ReadSliceInput): Promise<ReadSliceResult> => {
    const token = await deps.secrets.open(secretId);
    if (token === undefined) return endToken(deps)({ transferId, secretId });
    const slice = await sliceToRead(deps, transferId, token.value);
    return heartbeating(async (beat) => {
      const read = await readWhileAdmitted(deps, slice, beat, token.expiresAtMs);
      if (read.kind === 'token-over') return endToken(deps)({ transferId, secretId, cause: read.cause });
      return read;
    });
  };
}

type Read =
  | Exclude<ReadSliceResult, { kind: 'token-needed' }>
  | { readonly kind: 'token-over'; readonly cause: 'expired' | 'rejected' };

async function readWhileAdmitted(
  deps: ActivityDependencies,
  slice: SliceToRead,
  beat: Heartbeats,
  tokenEndsAtMs: number,
): Promise<Read> {
  const { transferId, profile } = slice;
  const times = { pacing: profile.pacing, tokenEndsAtMs };
  const limits = sliceLimits(deps, beat, times);
  const pace = paceOf(deps, profile);
  const opening = async () => undefined;
  const admission = await admitSlice(deps, { transferId, profile, tokenEndsAtMs, limits, opening });
  if (admission.kind === 'ended') return causeOf(admission.end);
  const { lease } = admission;
  try {
    const job = openReadJob(deps, slice, { pace, limits: sliceLimits(deps, beat, { ...times, lease }) });
    return await readRecord(job, beat);
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

async function readRecord(job: ReadJob, beat: Heartbeats): Promise<Read> {
  const patient = await acceptPatient(job);
  if (patient.kind === 'ended') return causeOf(patient.end);
  if (patient.kind === 'refused') return { kind: 'stopped', reason: patient.reason };
  for (const resourceType of job.receive.resourceTypes) {
    const end = await readPages(job, beat, resourceType);
    if (end !== undefined) return causeOf(end);
  }
  const end = await readReferenced(job, beat);
  if (end !== undefined) return causeOf(end);
  await storeRecord(job);
  return { kind: 'finished' };
}

function causeOf(end: SliceEnd): Read {
  return end.kind === 'token-over' ? { ...end, cause: 'expired' } : end;
}
