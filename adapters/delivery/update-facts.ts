import { storedOf } from '../../domain/delivery/delivered-member.ts';
import type { MemberContent } from './delivered-members.ts';
import type { UpdateFacts } from './delivery-manifest.ts';

export const noUpdateFacts: UpdateFacts = {
  earlierBatchIds: [],
  since: null,
  unchanged: 0,
  noLongerReturned: 0,
  members: { changes: 0, everything: 0, withoutEarlier: 0 },
};

/** What the manifest says of an update after one more member. Rows without a record count nothing. */
export function addUpdateFacts(facts: UpdateFacts, { transfer, events }: MemberContent): UpdateFacts {
  const stored = storedOf(events);
  if (transfer.state !== 'stored' || stored === undefined) return facts;
  const { members } = facts;
  const { earlier } = transfer.projection;
  const { update } = stored;
  if (earlier === undefined || update === undefined)
    return { ...facts, members: { ...members, withoutEarlier: members.withoutEarlier + 1 } };
  return {
    earlierBatchIds: [...new Set([...facts.earlierBatchIds, earlier.batchId])].toSorted(),
    since: facts.since === null || update.since < facts.since ? update.since : facts.since,
    unchanged: facts.unchanged + update.unchanged,
    noLongerReturned: facts.noLongerReturned + update.noLongerReturned,
    members: { ...members, [update.asked]: members[update.asked] + 1 },
  };
}
