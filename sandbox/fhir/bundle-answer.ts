import { STATUS_CODES } from 'node:http';

import type { FiredFaults } from '../faults/fault-list.ts';
import type { FaultRule } from '../faults/fault-rule.ts';
import type { Answer, Visit } from '../routes/visit.ts';
import type { TokenHolder } from '../tokens.ts';
import type { World } from '../world.ts';
import {
  type Assigned,
  type Created,
  createResource,
  decideResource,
  isRefusal,
  refuseResource,
} from './create-resource.ts';
import { parseObject, type PostedEntry, readBundle } from './posted-bundle.ts';
import type { PostedResource, Refusal } from './posted-resource.ts';
import { outcomeAnswer } from './read-answer.ts';

/** POST /r4: each entry on its own, "so even a transaction Bundle is not atomic" (domain.md 1.2). */
export function bundleAnswer(world: World, visit: Visit, holder: TokenHolder): Answer {
  const entries = readBundle(visit.body);
  if (entries === undefined) return outcomeAnswer(400, 'structure', 'a batch or transaction Bundle is expected');
  const { maxBundleEntries, bundleTooLargeStatus } = world.switches.values;
  // "at most 20 resources" (domain.md 1.2); what too many are answered with is unseen.
  if (entries.length > maxBundleEntries) {
    world.findings.note('oversize-bundle', holder.previousMemberId, { entries: entries.length });
    return outcomeAnswer(bundleTooLargeStatus, 'too-long', `at most ${maxBundleEntries} entries`);
  }
  const created = createAll(world, holder, entries, visit.faults);
  const told = spoilAnswer(created, visit.faults).map(entryAnswer);
  const type = `${String(parseObject(visit.body)?.['type'])}-response`;
  return {
    status: 200,
    body: JSON.stringify({ resourceType: 'Bundle', type, entry: told }),
    entries: created.map((one) => one.journalEntry),
  };
}

function createAll(world: World, holder: TokenHolder, entries: readonly PostedEntry[], faults: FiredFaults): Created[] {
  const newNames = new Map<string, string>();
  const taken = new Set<string>();
  const decisions = entries.map((entry) => {
    const decision = decideEntry(world, entry, faults, taken);
    if (!isRefusal(decision)) rememberNames(newNames, entry.posted, decision);
    return decision;
  });
  return entries.map(({ posted }, position) => {
    const decision = decisions[position] as Assigned | Refusal;
    return isRefusal(decision)
      ? refuseResource(posted, decision)
      : createResource(world, holder, posted, decision, newNames);
  });
}

function decideEntry(world: World, entry: PostedEntry, faults: FiredFaults, taken: Set<string>): Assigned | Refusal {
  const ordered = orderedRefusal(entry.position, faults);
  if (ordered !== undefined) return ordered;
  if (entry.refusal !== undefined) return entry.refusal;
  const decision = decideResource(world, entry.posted, taken);
  if (!isRefusal(decision)) taken.add(`${entry.posted.type}/${decision.id}`);
  return decision;
}

function orderedRefusal(position: number, faults: FiredFaults): Refusal | undefined {
  const isMeant = (rule: FaultRule | undefined): boolean => (rule?.positions ?? [0]).includes(position);
  const refuse = faults.get('refuse-entry');
  if (refuse !== undefined && isMeant(refuse)) {
    return { status: refuse.status ?? 422, code: 'business-rule', diagnostics: 'a fault of the sandbox' };
  }
  const throttle = faults.get('throttle-entry');
  if (throttle === undefined || !isMeant(throttle)) return undefined;
  return { status: 429, code: 'throttled', diagnostics: 'a fault of the sandbox' };
}

function rememberNames(newNames: Map<string, string>, posted: PostedResource, { id }: Assigned): void {
  const newName = `${posted.type}/${id}`;
  if (posted.fullUrl?.startsWith('urn:uuid:') === true) newNames.set(posted.fullUrl, newName);
  if (posted.callerId !== undefined && posted.callerId !== id)
    newNames.set(`${posted.type}/${posted.callerId}`, newName);
}

/** Faults that keep the work but spoil what is told about it. */
function spoilAnswer(created: readonly Created[], faults: FiredFaults): readonly Created[] {
  const ordered = faults.has('reordered-entries') ? created.toReversed() : created;
  const wrongCount = faults.get('wrong-count');
  if (wrongCount === undefined) return ordered;
  const difference = wrongCount.difference ?? -1;
  return difference < 0
    ? ordered.slice(0, Math.max(0, ordered.length + difference))
    : [...ordered, ...Array.from({ length: difference }, () => ordered.at(-1)).filter((one) => one !== undefined)];
}

function entryAnswer({ status, location, etag, outcome }: Created): object {
  return { response: { status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(), location, etag, outcome } };
}
