import { setTimeout as sleep } from 'node:timers/promises';

import { openFhirReader, type FhirReader } from '../../adapters/fhir/fhir-reader.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Pace } from '../pace.ts';
import type { SliceEnd, SliceLimits } from '../slice-limits.ts';
import { openRecordPages, type RecordPages } from './record-pages.ts';

/** What one attempt of a read slice works with. */
export interface ReadJob extends ActivityDependencies {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly receive: ReceiveProfile;
  readonly reader: FhirReader;
  /**
   * Waits until one more request may go to the counterpart; or says why the slice ends before it. Asked before each one, the
   * only place where a slice may end.
   */
  beforeRequest(): Promise<SliceEnd | undefined>;
  readonly pages: RecordPages;
}

/** What is known of a slice before it is let in. */
export interface SliceToRead {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly receive: ReceiveProfile;
  readonly accessToken: string;
}

/** Looks up what a slice is to work under. Throws PROFILE_DIRECTION_MISSING. */
export async function sliceToRead(
  deps: ActivityDependencies,
  transferId: TransferId,
  accessToken: string,
): Promise<SliceToRead> {
  const { batchId } = await deps.ledger.transfers.get(transferId);
  const profile = await frozenProfile(deps, batchId);
  if (profile.receive === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  return { transferId, profile, receive: profile.receive, accessToken };
}

/** Opens the job of a read slice that was let in, with what earlier ones read. */
export async function openReadJob(
  deps: ActivityDependencies,
  { transferId, profile, receive, accessToken }: SliceToRead,
  { limits, pace }: { readonly limits: SliceLimits; readonly pace: Pace },
): Promise<ReadJob> {
  const { fhirBaseUrl, requestTimeoutMs } = receive;
  return {
    ...deps,
    transferId,
    profile,
    receive,
    pages: await openRecordPages(deps, transferId),
    reader: openFhirReader({
      pools: deps.pools(profile.environment),
      baseUrl: fhirBaseUrl,
      accessToken,
      timeoutMs: requestTimeoutMs,
    }),
    async beforeRequest() {
      for (;;) {
        const { projection } = await deps.ledger.transfers.get(transferId);
        const end = limits.reasonToEnd(projection);
        if (end !== undefined) return end;
        const waitMs = await pace.takeIn(deps.ledger);
        if (waitMs === 0) return undefined;
        await sleep(waitMs);
      }
    },
  };
}
