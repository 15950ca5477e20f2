import { totalOf } from '../../domain/accounting/total-of.ts';
import { parseExact } from '../../domain/payload/exact-json.ts';
import { compareWithKnown } from '../../domain/payload/known-record.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { LedgerEventBody, NewLedgerEvent } from '../../schemas/ledger-events.ts';
import type { UnchangedResource } from '../../schemas/record-remarks.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { EarlierRecord } from './earlier-record.ts';

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
  /** Of the referenced resources: those in the place of which another one came, as `Type/id`. */
  readonly otherwise?: readonly string[];
  /** How many resources the server says that the search has, over all pages. */
  readonly total?: number;
  /** An update: what came as it is known, and is therefore not among the resources. */
  readonly unchanged?: readonly UnchangedResource[];
  /** An update: changes alone were asked for and refused, so the whole type was read. */
  readonly inFull?: true;
  /** The server does not give this type, by its HTTP status; there is nothing of it. */
  readonly notGiven?: number;
}

/** The pages of one member's record: those that earlier slices kept, and those that this one reads. One record is in memory. */
export interface RecordPages {
  /** The pages of a type, in order. */
  of(resourceType: string): readonly StoredPage[];
  /**
   * Adds the next page of a type; of an update without what is known already, which is only named. It is durable after `keep`,
   * or when enough came together.
   */
  add(resourceType: string, content: StoredPage, asked?: PageAsked): Promise<void>;
  /** Makes durable what is not yet, in one object and one transaction. Wherever a slice ends it has to be called. */
  keep(): Promise<void>;
}

/** What a crash may cost: this much is read again. A page by itself would cost as much to keep as to read. */
const keepAfterCharacters = 1_000_000;
const keepAfterMs = 5_000;

interface FreshPage {
  readonly resourceType: string;
  readonly page: number;
  readonly content: StoredPage;
  readonly asked: PageAsked;
  readonly text: string;
}

type Known = Pick<EarlierRecord, 'known' | 'hash'>;
type Dependencies = Pick<ActivityDependencies, 'ledger' | 'objects' | 'keys' | 'clock' | 'log'>;

/**
 * Opens the pages that were kept of a record so far: each object is read once. Of an update, `earlier` is what is known.
 * Throws OBJECT_MISSING, OBJECT_UNREADABLE.
 */
export async function openRecordPages(
  deps: Dependencies,
  transferId: TransferId,
  earlier?: Known,
): Promise<RecordPages> {
  let pages = await keptPages(deps, transferId);
  let fresh: FreshPage[] = [];
  let keepAtMs = 0;
  let keeping = Promise.resolve();

  const of = (resourceType: string): readonly StoredPage[] => pages.get(resourceType) ?? [];

  /** One at a time: the pages of a type must stand in their order. After one that failed nothing more is kept. */
  function keep(): Promise<void> {
    keeping = keeping.then(keepFresh);
    return keeping;
  }

  async function keepFresh(): Promise<void> {
    const some = fresh;
    const [first] = some;
    if (first === undefined) return;
    fresh = [];
    const bytes = Buffer.from(`[${some.map(({ text }) => text).join(',')}]`);
    // Named by its content as well: another attempt, which may have read otherwise, replaces nothing that an event refers to.
    const name = `${first.resourceType}-${first.page}-${deps.keys.contentHash(bytes).slice(0, 16)}`;
    const object = asObjectKey(`page/${transferId}/${name}`);
    await deps.objects.put(object, bytes);
    const isOurs = await appendAll(
      deps,
      transferId,
      some.map((page, place) => pageRead(page, object, place)),
    );
    // What another attempt kept first counts.
    if (!isOurs) pages = withFresh(await keptPages(deps, transferId), fresh);
  }

  return {
    of,
    keep,
    async add(resourceType, whole, asked = {}) {
      const content = withoutKnown(whole, earlier);
      const before = of(resourceType);
      pages.set(resourceType, [...before, content]);
      const page = before.length + 1;
      if (fresh.length === 0) keepAtMs = deps.clock() + keepAfterMs;
      fresh.push({ resourceType, page, content, asked, text: JSON.stringify(content) });
      deps.log.event('page-read', { transferId, resourceType, page, count: content.resources.length });
      const characters = fresh.reduce((sum, { text }) => sum + text.length, 0);
      if (characters >= keepAfterCharacters || deps.clock() >= keepAtMs) await keep();
    },
  };
}

/** The pages that are kept, and those that are not yet, where no kept one stands in their place. */
function withFresh(
  kept: Map<string, readonly StoredPage[]>,
  fresh: readonly FreshPage[],
): Map<string, readonly StoredPage[]> {
  for (const { resourceType, page, content } of fresh) {
    const before = kept.get(resourceType) ?? [];
    if (page === before.length + 1) kept.set(resourceType, [...before, content]);
  }
  return kept;
}

function withoutKnown(content: StoredPage, earlier: Known | undefined): StoredPage {
  if (earlier === undefined) return content;
  const { fresh, unchanged } = compareWithKnown(earlier.known, content.resources, earlier.hash);
  return unchanged.length === 0 ? content : { ...content, resources: fresh, unchanged };
}

/** False where an event of the same page stood there already. */
async function appendAll(
  { ledger }: Dependencies,
  transferId: TransferId,
  events: readonly NewLedgerEvent[],
): Promise<boolean> {
  return await ledger.withTransfer(transferId, async (transfer) => {
    let isOurs = true;
    for (const event of events)
      isOurs = (await transfer.append(event, { firstStands: true })).kind === 'appended' && isOurs;
    return isOurs;
  });
}

function pageRead({ resourceType, page, content, asked }: FreshPage, object: ObjectKey, place: number): NewLedgerEvent {
  const { dropped = {}, outcomes = [], unchanged = [], notGiven } = content;
  return {
    subject: `read/${resourceType}`,
    tryNumber: page,
    actor: 'worker',
    body: {
      kind: 'page-read',
      resourceType,
      page,
      object,
      place,
      resources: content.resources.length,
      dropped: totalOf(dropped),
      ...(Object.keys(dropped).length > 0 && { droppedByType: dropped }),
      ...(outcomes.length > 0 && { outcomes: outcomes.length }),
      ...(unchanged.length > 0 && { unchanged: unchanged.length }),
      ...(notGiven !== undefined && { notGiven }),
      ...asked,
      hasNext: 'nextUrl' in content || content.more === true,
    },
  };
}

async function keptPages(
  { ledger, objects }: Dependencies,
  transferId: TransferId,
): Promise<Map<string, readonly StoredPage[]>> {
  const events = await ledger.events(transferId);
  const read = events.flatMap(({ body }) => (body.kind === 'page-read' ? [body] : []));
  const opened = new Map<ObjectKey, unknown>();
  for (const { object } of read)
    if (!opened.has(object)) opened.set(object, parseExact((await objects.get(object)).toString()));
  const pages = new Map<string, readonly StoredPage[]>();
  for (const { resourceType, object, place } of read) {
    const content = opened.get(object);
    // Objects of older versions hold one page each.
    const page = place === undefined ? content : (content as readonly unknown[])[place];
    pages.set(resourceType, [...(pages.get(resourceType) ?? []), page as StoredPage]);
  }
  return pages;
}

/**
 * Removes what a crash left behind between an object and its events: sealed, but of no page. Only for a transfer that ends: an
 * attempt that is still at work may be about to refer to it.
 */
export async function removeStrayPages(
  { ledger, objects }: Pick<Dependencies, 'ledger' | 'objects'>,
  transferId: TransferId,
): Promise<void> {
  const stray = new Set(await objects.list(`page/${transferId}/`));
  if (stray.size === 0) return;
  for (const { body } of await ledger.events(transferId)) if (body.kind === 'page-read') stray.delete(body.object);
  for (const object of stray) await objects.delete(object);
}
