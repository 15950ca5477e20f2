import type { JournalEntry } from '../journal.ts';
import type { Answer, Visit } from '../routes/visit.ts';
import type { TokenHolder } from '../tokens.ts';
import type { World } from '../world.ts';
import { createResource, decideResource, isRefusal, journalEntryOf, refuseResource } from './create-resource.ts';
import { parseObject, readBundle } from './posted-bundle.ts';
import { type PostedResource, postedResource } from './posted-resource.ts';
import { outcomeAnswer } from './read-answer.ts';

/** POST /r4/{type}: one resource; success is documented as 200 (domain.md 1.2). */
export function createAnswer(world: World, visit: Visit, holder: TokenHolder, type: string): Answer {
  const resource = parseObject(visit.body);
  if (resource === undefined) return outcomeAnswer(400, 'structure', 'the body is not a JSON object');
  const posted = postedResource(visit.body, 0, resource);
  const decision =
    posted.type === type
      ? decideResource(world, posted)
      : { status: 400, code: 'invalid', diagnostics: 'resourceType does not fit the URL' };
  const created = isRefusal(decision)
    ? refuseResource(posted, decision)
    : createResource(world, holder, posted, decision, new Map());
  const entries = [created.journalEntry];
  const { status, location, etag, outcome } = created;
  if (outcome !== undefined) return { status, body: JSON.stringify(outcome), entries };
  const stored = world.store.content(type, created.journalEntry.storedId ?? '') ?? '';
  return { status, headers: { location: location ?? '', etag: etag ?? '' }, body: stored, entries };
}

/** The resources of a body that a fault or a refusal kept from being stored. */
export function unstoredEntries(visit: Visit): JournalEntry[] {
  if (visit.method !== 'POST' || visit.body === '') return [];
  return postedIn(visit).map((posted) =>
    journalEntryOf(posted, { outcome: 'not-stored', status: null, storedId: null }),
  );
}

function postedIn(visit: Visit): PostedResource[] {
  const entries = readBundle(visit.body);
  if (entries !== undefined) return entries.map((entry) => entry.posted);
  const resource = parseObject(visit.body);
  return resource === undefined ? [] : [postedResource(visit.body, 0, resource)];
}
