import * as fc from 'fast-check';
import { expect } from 'vitest';

import {
  acceptUnknowns,
  answerTry,
  beginTry,
  noWrites,
  resendUnknowns,
  unknownOrdinals,
  withholdOpen,
  type WriteAccount,
} from '../../../domain/accounting/write-account.ts';
import { afterDecision } from '../../../domain/payload/after-decision.ts';
import { nextWrite } from '../../../domain/payload/next-write.ts';
import { postedBundle, postedResource } from '../../../domain/payload/posted-body.ts';
import type { EntryAnswer } from '../../../schemas/ledger-events.ts';
import type { Plan } from '../../../schemas/plan.ts';
import { type Graph, graphs } from './graphs.ts';

type Said = EntryAnswer['outcome'] | 'confirmed without id' | 'lost';

/** Every type that a graph has. */
export const everyType = ['Patient', 'Observation', 'Encounter', 'Practitioner', 'Condition', 'Claim', 'Provenance'];

/** In most of them nothing is withheld by the plan, so that long chains and circles are sent. */
export const sendable = fc.tuple(graphs, fc.constantFrom(true, true, false)).map(([graph, isWhole]): Graph => {
  if (!isWhole) return graph;
  return { ...graph, request: { policy: { ...graph.request.policy, acceptedTypes: everyType } } };
});

/** What the counterpart says, entry by entry, and a person decides; then everything is well. */
export const courses = fc.record({
  graph: sendable,
  singlePosts: fc.boolean(),
  said: fc.array(
    fc.constantFrom<Said[]>('confirmed', 'confirmed', 'refused', 'deferred', 'unknown', 'lost', 'confirmed without id'),
    { maxLength: 30 },
  ),
  accepts: fc.array(fc.boolean(), { maxLength: 5 }),
});

interface Posted {
  readonly body: string;
  readonly ordinals: readonly number[];
  readonly before: WriteAccount;
}

export interface Course {
  readonly plan: Plan;
  readonly posts: readonly Posted[];
  readonly end: WriteAccount;
}

/** Sends a plan to a counterpart that says what it is told to say. */
export function play(
  plan: Plan,
  singlePosts: boolean,
  toBeSaid: readonly Said[],
  toBeAccepted: readonly boolean[],
): Course {
  const [said, accepts] = [[...toBeSaid], [...toBeAccepted]];
  const posts: Posted[] = [];
  let writes = noWrites;
  for (;;) {
    const next = nextWrite(plan, writes);
    if (next.kind === 'withhold') {
      writes = withholdOpen(writes, next.ordinals);
    } else if (next.kind === 'post') {
      const { ordinals } = next;
      posts.push({ body: bodyOf(plan, ordinals, writes, singlePosts), ordinals, before: writes });
      const key = `request/${next.bundle.bundle}#${posts.length}`;
      writes = beginTry(writes, key, ordinals);
      const outcomes = ordinals.map(() => said.shift() ?? 'confirmed');
      if (outcomes[0] !== 'lost')
        writes = answerTry(
          writes,
          key,
          ordinals.map((one, at) => answer(one, outcomes[at]!)),
        );
    } else {
      const unknown = unknownOrdinals(writes);
      if (unknown.length === 0) return { plan, posts, end: writes };
      writes = decide(plan, writes, accepts.shift() === true ? 'accept' : 'resend');
    }
  }
}

/** A decision withholds at once what can never be linked after it, and knows whether anything is left to be posted. */
function decide(plan: Plan, writes: WriteAccount, decision: 'accept' | 'resend'): WriteAccount {
  const ordinals = unknownOrdinals(writes);
  const { blocked, leavesOpen } = afterDecision(plan, writes, { decision, ordinals });
  const decided = decision === 'accept' ? acceptUnknowns(writes, ordinals) : resendUnknowns(writes, ordinals);
  const after = blocked.length > 0 ? withholdOpen(decided, blocked) : decided;
  expect(nextWrite(plan, after).kind).toBe(leavesOpen ? 'post' : 'nothing');
  return after;
}

export function bodyOf(plan: Plan, ordinals: readonly number[], writes: WriteAccount, singlePosts: boolean): string {
  return singlePosts ? postedResource(plan, ordinals[0] ?? -1, writes) : postedBundle(plan, ordinals, writes);
}

function answer(ordinal: number, said: Said): EntryAnswer {
  if (said === 'lost' || said === 'unknown') return { ordinal, outcome: 'unknown', status: 0 };
  if (said === 'confirmed') return { ordinal, outcome: said, status: 201, storedId: `s${ordinal}`.padEnd(64, '-') };
  if (said === 'confirmed without id') return { ordinal, outcome: 'confirmed', status: 201 };
  return { ordinal, outcome: said, status: said === 'refused' ? 422 : 429 };
}

export function resourcesIn(body: string): readonly unknown[] {
  const posted = JSON.parse(body) as { resourceType: string; entry?: readonly { resource: unknown }[] };
  return posted.resourceType === 'Bundle' ? (posted.entry ?? []).map(({ resource }) => resource) : [posted];
}

export function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'reference' && typeof member === 'string' ? [member] : referencesIn(member),
  );
}
