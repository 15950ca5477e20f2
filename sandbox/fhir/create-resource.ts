import { randomUUID } from 'node:crypto';

import type { JournalEntry } from '../journal.ts';
import type { TokenHolder } from '../tokens.ts';
import type { World } from '../world.ts';
import { operationOutcome } from './operation-outcome.ts';
import { type PostedResource, type Refusal, resourceRefusal } from './posted-resource.ts';
import { withId, withReferences } from './stored-text.ts';
import { isWrongPatient } from './wrong-patient.ts';

/** What became of one posted resource: the line of the journal and what the caller is told. */
export interface Created {
  readonly journalEntry: JournalEntry;
  readonly status: number;
  readonly location: string | undefined;
  readonly etag: string | undefined;
  readonly outcome: object | undefined;
}

export interface Assigned {
  readonly id: string;
  readonly state: 'new' | 'update';
}

/** The id that the resource will be stored under, or why it cannot be stored. */
function assignId(world: World, posted: PostedResource, taken: ReadonlySet<string>): Assigned | Refusal {
  const { idAssignment, repeatedId } = world.switches.values;
  // "Caller may fix them ..., let the server assign random ones ..., or use urn:uuid placeholders" (domain.md 1.2)
  if (posted.callerId === undefined || idAssignment === 'server') return { id: randomUUID(), state: 'new' };
  const known = taken.has(`${posted.type}/${posted.callerId}`);
  if (!known && world.store.version(posted.type, posted.callerId) === undefined) {
    return { id: posted.callerId, state: 'new' };
  }
  // What a repeat does with a token that may not update is unseen (domain.md 1.2): a switch.
  const answers: Readonly<Record<typeof repeatedId, Assigned | Refusal>> = {
    duplicate: { id: randomUUID(), state: 'new' },
    upsert: { id: posted.callerId, state: 'update' },
    forbidden: { status: 403, code: 'forbidden', diagnostics: 'the id exists and this token cannot update' },
    conflict: { status: 409, code: 'conflict', diagnostics: 'the id exists' },
  };
  return answers[repeatedId];
}

/** Stores one resource, on its own: "each entry is posted and validated on its own" (domain.md 1.2). */
export function createResource(
  world: World,
  holder: TokenHolder,
  posted: PostedResource,
  assigned: Assigned,
  newNames: ReadonlyMap<string, string>,
): Created {
  const { store, switches, addresses } = world;
  noteWhatAWitnessSees(world, holder, posted);
  const named = assigned.id === posted.callerId ? posted.text : withId(posted.text, assigned.id);
  const version = store.keep({
    type: posted.type,
    id: assigned.id,
    previousMemberId: holder.previousMemberId,
    content: withReferences(named, newNames),
    contentSha256: posted.contentSha256,
  });
  const status = assigned.state === 'update' ? 200 : switches.values.createdStatus;
  const path = `${posted.type}/${assigned.id}/_history/${version}`;
  const location = switches.values.locationForm === 'absolute' ? `${addresses.fhirBaseUrl}/${path}` : path;
  const outcome = assigned.state === 'update' ? 'updated' : 'stored';
  const journalEntry = journalEntryOf(posted, { outcome, status, storedId: assigned.id });
  return { journalEntry, status, location, etag: `W/"${version}"`, outcome: undefined };
}

/** Stores nothing and says why. */
export function refuseResource(posted: PostedResource, { status, code, diagnostics }: Refusal): Created {
  return {
    journalEntry: journalEntryOf(posted, { outcome: 'refused', status, storedId: null }),
    status,
    location: undefined,
    etag: undefined,
    outcome: operationOutcome(code, diagnostics),
  };
}

/** Checks and assigns, without storing; `taken` are the names given out earlier in the same Bundle. */
export function decideResource(
  world: World,
  posted: PostedResource,
  taken: ReadonlySet<string> = new Set(),
): Assigned | Refusal {
  return resourceRefusal(posted, world.switches.values.uncreatableStatus) ?? assignId(world, posted, taken);
}

export function isRefusal(decision: Assigned | Refusal): decision is Refusal {
  return 'diagnostics' in decision;
}

export function journalEntryOf(
  posted: PostedResource,
  result: Pick<JournalEntry, 'outcome' | 'status' | 'storedId'>,
): JournalEntry {
  const { position, type, callerId = null, contentSha256 } = posted;
  return { position, resourceType: type, callerId, contentSha256, ...result };
}

function noteWhatAWitnessSees(world: World, holder: TokenHolder, posted: PostedResource): void {
  const { type, callerId, contentSha256 } = posted;
  const memberId = holder.previousMemberId;
  if (callerId !== undefined && world.store.version(type, callerId) !== undefined) {
    world.findings.note('repeated-id', memberId, { type, callerId });
  }
  if (world.store.holdsContent(memberId, contentSha256)) {
    world.findings.note('repeated-content', memberId, { type, contentSha256 });
  }
  if (isWrongPatient(posted.resource, holder)) world.findings.note('wrong-patient', memberId, { callerId });
}
