import { setTimeout as sleep } from 'node:timers/promises';

import { openFhirReader, type FhirReader } from '../../adapters/fhir/fhir-reader.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { parseExact } from '../../domain/payload/exact-json.ts';
import { compareWithKnown } from '../../domain/payload/known-record.ts';
import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import type { UnchangedResource } from '../../schemas/record-remarks.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Pace } from '../pace.ts';
import type { SliceEnd, SliceLimits } from '../slice-limits.ts';
import { type EarlierRecord, earlierRecord } from './earlier-record.ts';

/** What the ledger says of how a page was asked for. */
export type PageAsked = Pick<Extract<LedgerEventBody, { kind: 'page-read' }>, 'since' | 'started'>;

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
  /** An update: what came as it is known, and is therefore not among the resources. */
  readonly unchanged?: readonly UnchangedResource[];
}

/** What one attempt of a read slice works with. */
export interface ReadJob extends ActivityDependencies {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly receive: ReceiveProfile;
  readonly reader: FhirReader;
  /** What an update is compared with. */
  readonly earlier: EarlierRecord | undefined;
  /**
   * Waits until one more request may go to the counterpart; or says why the slice ends before it. Asked before each one, the
   * only place where a slice may end.
   */
  beforeRequest(): Promise<SliceEnd | undefined>;
  /** The pages of a type that are stored already, in order. */
  storedPages(resourceType: string): Promise<readonly StoredPage[]>;
  /** Stores a page; of an update without what is known already, which is only named. */
  storePage(resourceType: string, page: number, content: StoredPage, asked?: PageAsked): Promise<void>;
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

/** Opens the job of a read slice that was let in. */
export async function openReadJob(
  deps: ActivityDependencies,
  { transferId, profile, receive, accessToken }: SliceToRead,
  { limits, pace }: { readonly limits: SliceLimits; readonly pace: Pace },
): Promise<ReadJob> {
  const { fhirBaseUrl, requestTimeoutMs } = receive;
  const earlier = await earlierRecord(deps, await deps.ledger.transfers.get(transferId), receive);
  return {
    ...deps,
    transferId,
    profile,
    receive,
    earlier,
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
    async storedPages(resourceType) {
      const events = await deps.ledger.events(transferId);
      const keys = events.flatMap(({ body }) =>
        body.kind === 'page-read' && body.resourceType === resourceType ? [body.object] : [],
      );
      return Promise.all(keys.map((key) => openPage(deps, key)));
    },
    async storePage(resourceType, page, whole, asked = {}) {
      const content = withoutKnown(whole, earlier);
      const object = asObjectKey(`page/${transferId}/${resourceType}-${page}`);
      // An attempt that died between object and event left this page behind; the one read now counts.
      await deps.objects.put(object, Buffer.from(JSON.stringify(content)), { replace: true });
      const count = content.resources.length;
      const { dropped = {}, outcomes = [], unchanged = [] } = content;
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
          ...(unchanged.length > 0 && { unchanged: unchanged.length }),
          ...asked,
          hasNext: 'nextUrl' in content || content.more === true,
        },
      });
      deps.log.event('page-read', { transferId, resourceType, page, count });
    },
  };
}

function withoutKnown(content: StoredPage, earlier: EarlierRecord | undefined): StoredPage {
  if (earlier === undefined) return content;
  const { fresh, unchanged } = compareWithKnown(earlier.known, content.resources, earlier.hash);
  return unchanged.length === 0 ? content : { ...content, resources: fresh, unchanged };
}

async function openPage({ objects }: ActivityDependencies, key: ObjectKey): Promise<StoredPage> {
  return parseExact((await objects.get(key)).toString()) as StoredPage;
}
