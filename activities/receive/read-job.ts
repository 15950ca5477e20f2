import { setTimeout as sleep } from 'node:timers/promises';

import { isNoFhir, openFhirReader, type FhirReader } from '../../adapters/fhir/fhir-reader.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Pace } from '../pace.ts';
import type { SliceEnd, SliceLimits } from '../slice-limits.ts';
import { type EarlierRecord, earlierRecord } from './earlier-record.ts';
import { openRecordPages, type RecordPages } from './record-pages.ts';

export type Requested<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'ended'; readonly end: SliceEnd };

/** What one attempt of a read slice works with. */
export interface ReadJob extends ActivityDependencies {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly receive: ReceiveProfile;
  /** What an update is compared with. */
  readonly earlier: EarlierRecord | undefined;
  /**
   * Waits until one more request may go to the counterpart and makes it; or says why the slice ends before it, the only place
   * where one may end. An answer that is no FHIR is asked for again a few times, because it may be a page of something on the way.
   */
  request<Answer>(read: (reader: FhirReader) => Promise<Answer>): Promise<Requested<Answer>>;
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

/** Tries of one read whose answers are no FHIR, and the first pause between them, which doubles. */
const mostTries = 4;
const firstPauseMs = 1_000;

/** Opens the job of a read slice that was let in, with what earlier ones read. */
export async function openReadJob(
  deps: ActivityDependencies,
  { transferId, profile, receive, accessToken }: SliceToRead,
  { limits, pace }: { readonly limits: SliceLimits; readonly pace: Pace },
): Promise<ReadJob> {
  const { fhirBaseUrl, requestTimeoutMs } = receive;
  const earlier = await earlierRecord(deps, await deps.ledger.transfers.get(transferId), receive);
  const reader = openFhirReader({
    pools: deps.pools(profile.environment),
    baseUrl: fhirBaseUrl,
    accessToken,
    timeoutMs: requestTimeoutMs,
  });
  const beforeRequest = async (): Promise<SliceEnd | undefined> => {
    for (;;) {
      const { projection } = await deps.ledger.transfers.get(transferId);
      const end = limits.reasonToEnd(projection);
      if (end !== undefined) return end;
      const waitMs = await pace.takeIn(deps.ledger);
      if (waitMs === 0) return undefined;
      await sleep(waitMs);
    }
  };
  return {
    ...deps,
    transferId,
    profile,
    receive,
    earlier,
    pages: await openRecordPages(deps, transferId, earlier),
    async request(read) {
      for (let tried = 1; ; tried += 1) {
        const end = await beforeRequest();
        if (end !== undefined) return { kind: 'ended', end };
        try {
          return { kind: 'answered', answer: await read(reader) };
        } catch (error) {
          if (tried === mostTries || !isNoFhir(error)) throw error;
          await sleep(firstPauseMs * 2 ** (tried - 1));
        }
      }
    },
  };
}
