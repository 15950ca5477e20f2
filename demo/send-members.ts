import { writeDemo, type Demo } from '../fixtures/write-demo.ts';
import { answerReviews } from './answer-reviews.ts';
import type { LaunchDocument } from './cli-documents.ts';
import { openDesk, type Desk } from './desk.ts';
import { followBatch, isClosed } from './follow-batch.ts';
import { listTrouble, planTrouble } from './planned-trouble.ts';
import { replaceEndedToken } from './replace-ended-token.ts';
import type { Run } from './run.ts';

export interface SentMembers {
  readonly batchId: string;
  readonly demo: Demo;
  /** What the people at the plan met on the way. */
  readonly desk: Desk;
}

/** Sends a roster of members to their new plan, and plays the people at our plan until every row has its end. */
export async function sendMembers(run: Run): Promise<SentMembers> {
  const { carryover, options, places, screen } = run;
  const demo = await writeDemo({ dir: places.roster, seed: options.seed, members: options.members });
  await planTrouble(run, demo);
  screen.say(`
Sending: ${demo.rows.length} members have gone to another plan, and it is to get their records.
  Four rows are made to be difficult; they must not hold up the others:
${listTrouble(demo)}
  For each good row Carryover mails the other plan who the member is. A reviewer there answers, and nothing is sent
  before that. People at our plan read the answers and hand them to Carryover; this demo plays these people.`);
  const { batchId } = await carryover<LaunchDocument>([
    'send',
    '--roster',
    demo.rosterFile,
    '--counterpart',
    'sandbox',
  ]);

  const desk = await openDesk(run, demo, batchId);
  await followBatch(run, batchId, isClosed, async (status) => {
    await answerReviews(desk);
    await replaceEndedToken(desk, status);
  });
  screen.say('  Every row has its end.\n');
  return { batchId, demo, desk };
}
