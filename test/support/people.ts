import { setTimeout as sleep } from 'node:timers/promises';

import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { recordApproval } from '../../operations/record-approval.ts';
import { resubmit } from '../../operations/resubmit.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import type { ApprovalDecision } from '../../schemas/ledger-events.ts';
import { isRowEnd } from '../../schemas/states.ts';
import type { World } from './open-world.ts';
import type { ReviewAnswer } from './sandbox-admin.ts';

/** The transfer of the member with this previous member id. */
async function transferOfMember(world: World, batchId: BatchId, previousMemberId: string): Promise<TransferId> {
  for (const { transferId, state, recordObject } of await world.dataDir.ledger.transfers.list({ batchId })) {
    if (state === 'invalid') continue;
    const record = await openMemberRecord(world.dataDir, { recordObject });
    if (record.previousMemberId === previousMemberId) return transferId;
  }
  throw new Error('no transfer of this member');
}

const decisions = {
  approved: 'approve',
  'changes-requested': 'changes',
  'clarification-requested': 'clarify',
  refused: 'refuse',
} as const satisfies Record<ReviewAnswer['outcome'], ApprovalDecision>;

/** Reads the reviewer's answers and does what a person at the plan does with each. Returns the id of the last one read. */
async function answerReviews(world: World, batchId: BatchId, after: number): Promise<number> {
  let last = after;
  for (const answer of await world.admin.mailbox(after)) {
    last = answer.id;
    const transferId = await transferOfMember(world, batchId, answer.previousMemberId);
    if (answer.token === undefined) {
      const decision = decisions[answer.outcome];
      await recordApproval(world.operator, { transferId, decision });
      // The reviewer wants to see something else than the first time.
      if (decision !== 'refuse') await resubmit(world.operator, { transferId, corrections: { zip: '02199' } });
      continue;
    }
    const send = world.profile.profile.send;
    if (send === undefined) throw new Error('the profile cannot send');
    const { accessToken, postBaseUrl } = answer.token;
    await handInToken(world.operator, { transferId, accessToken, postBaseUrl, send }).catch(unlessItHasEnded);
  }
  return last;
}

/** A second token of a member whose record is there already is of no use, and the program says so. */
function unlessItHasEnded(error: unknown): void {
  if (!(error instanceof CarryoverError) || error.code !== 'DEED_NOT_EXPECTED') throw error;
}

/** Plays the people until every row of the batch has ended, or the rounds are used up. */
export async function untilEnded(
  world: World,
  batchId: BatchId,
  each: (round: number) => Promise<void> = async () => {},
  rounds = 600,
  mailsReadBefore = 0,
): Promise<void> {
  let mailsRead = mailsReadBefore;
  for (let round = 0; round < rounds; round += 1) {
    mailsRead = await answerReviews(world, batchId, mailsRead);
    await each(round);
    const { launched } = await world.dataDir.ledger.batches.get(batchId);
    const transfers = await world.dataDir.ledger.transfers.list({ batchId });
    if (launched && transfers.length > 0 && transfers.every(({ state }) => isRowEnd(state))) return;
    await sleep(100);
  }
  const { byState } = await world.dataDir.ledger.transfers.progress(batchId);
  throw new Error(`rows are still open: ${JSON.stringify(byState)}`);
}
