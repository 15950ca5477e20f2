import { setTimeout as sleep } from 'node:timers/promises';

import { isNoFhir, openFhirReader, type FhirReader } from '../../adapters/fhir/fhir-reader.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { parseExact } from '../../domain/payload/exact-json.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Pace } from '../pace.ts';
import type { SliceEnd, SliceLimits } from '../slice-limits.ts';

/** One page as it is kept: sealed, with the link to the next one (links can hold PHI). */
export interface StoredPage {
  readonly resources: readonly FhirResource[];
  readonly nextUrl?: string;
  /** The slice ended here; what is left of the kind comes in a further page. */
  readonly more?: true;
  /** What the server remarked among the entries. */
  readonly outcomes?: readonly FhirResource[];
  /** What came and may never be kept, by its own type. */
  readonly dropped?: Readonly<Record<string, number>>;
  /** Of the referenced resources: those that the server would not give, as `Type/id`. */
  readonly unreadable?: readonly string[];
  /** Of the referenced resources: those in the place of which another one came, as `Type/id`. */
  readonly otherwise?: readonly string[];
  /** How many resources the server says that the search has, over all pages. */
  readonly total?: number;
}

export type Requested<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'ended'; readonly end: SliceEnd };

/** What one attempt of a read slice works with. */
export interface ReadJob extends ActivityDependencies {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly receive: ReceiveProfile;
  /**
   * Waits until one more request may go to the counterpart and makes it; or says why the slice ends before it, the only place
   * where one may end. An answer that is no FHIR is asked for again a few times, because it may be a page of something on the way.
   */
  request<Answer>(read: (reader: FhirReader) => Promise<Answer>): Promise<Requested<Answer>>;
  /** The pages of a type that are stored already, in order. */
  storedPages(resourceType: string): Promise<readonly StoredPage[]>;
  storePage(resourceType: string, page: number, content: StoredPage): Promise<void>;
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

/** Opens the job of a read slice that was let in. */
export function openReadJob(
  deps: ActivityDependencies,
  { transferId, profile, receive, accessToken }: SliceToRead,
  { limits, pace }: { readonly limits: SliceLimits; readonly pace: Pace },
): ReadJob {
  const { fhirBaseUrl, requestTimeoutMs } = receive;
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
    async storedPages(resourceType) {
      const events = await deps.ledger.events(transferId);
      const keys = events.flatMap(({ body }) =>
        body.kind === 'page-read' && body.resourceType === resourceType ? [body.object] : [],
      );
      return Promise.all(keys.map((key) => openPage(deps, key)));
    },
    async storePage(resourceType, page, content) {
      const object = asObjectKey(`page/${transferId}/${resourceType}-${page}`);
      // An attempt that died between object and event left this page behind; the one read now counts.
      await deps.objects.put(object, Buffer.from(JSON.stringify(content)), { replace: true });
      const count = content.resources.length;
      const { dropped = {}, outcomes = [] } = content;
      await deps.ledger.append(transferId, {
        subject: `read/${resourceType}`,
        tryNumber: page,
        actor: 'worker',
        body: {
          kind: 'page-read',
          resourceType,
          page,
          object,
          resources: count,
          dropped: Object.values(dropped).reduce((sum, of) => sum + of, 0),
          ...(Object.keys(dropped).length > 0 && { droppedByType: dropped }),
          ...(outcomes.length > 0 && { outcomes: outcomes.length }),
          hasNext: 'nextUrl' in content || content.more === true,
        },
      });
      deps.log.event('page-read', { transferId, resourceType, page, count });
    },
  };
}

async function openPage({ objects }: ActivityDependencies, key: ObjectKey): Promise<StoredPage> {
  return parseExact((await objects.get(key)).toString()) as StoredPage;
}
