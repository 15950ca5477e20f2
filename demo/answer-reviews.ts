import { rowOf, type Desk } from './desk.ts';
import { doDeeds, withHandover } from './hand-over.ts';
import type { ReviewAnswer } from './sandbox-admin.ts';

const decisions = {
  approved: 'approve',
  'changes-requested': 'changes',
  'clarification-requested': 'clarify',
  refused: 'refuse',
  'evidence-accepted': 'approve',
} as const satisfies Record<ReviewAnswer['outcome'], string>;

/** Reads the reviewer's new mails and does what a person at the plan does with each. */
export async function answerReviews(desk: Desk): Promise<void> {
  const news = await desk.run.admin.mailbox(desk.lastAnswerRead);
  desk.lastAnswerRead = news.at(-1)?.id ?? desk.lastAnswerRead;
  desk.open = [...desk.open, ...news];
  if (desk.open.length === 0) return;

  const decided = await recordDecisions(desk);
  desk.open = desk.open.filter((answer) => !decided.has(answer));
  tellDecisions(desk, [...decided.keys()]);
  for (const [answer, transferId] of decided)
    if (answer.outcome === 'changes-requested') await correctAndResubmit(desk, answer, transferId);
  await handInTokens(desk, [...decided.keys()]);
}

/** Records what each review came to; an answer whose transfer is not ready for it stays open. Returns transfer ids by answer. */
async function recordDecisions({ run, batchId, open, ...desk }: Desk): Promise<ReadonlyMap<ReviewAnswer, string>> {
  const lines = open.map((answer) => [rowOf({ run, batchId, open, ...desk }, answer).rowId, decisions[answer.outcome]]);
  const outcomes = await doDeeds(run, 'approve', ['--batch', batchId], [['row_id', 'decision'], ...lines]);
  const decided = new Map<ReviewAnswer, string>();
  for (const [index, answer] of open.entries()) {
    const outcome = outcomes[index];
    if (outcome?.outcome !== 'refused' && typeof outcome?.transferId === 'string')
      decided.set(answer, outcome.transferId);
  }
  return decided;
}

/** The reviewer wants to see corrected data; the mail goes out again with them. */
async function correctAndResubmit(desk: Desk, answer: ReviewAnswer, transferId: string): Promise<void> {
  const { rowId } = rowOf(desk, answer);
  const corrections = [
    ['row_id', 'zip'],
    [rowId, '02199'],
  ];
  await withHandover(desk.run, corrections, (file) =>
    desk.run.carryover(['resubmit', transferId, '--corrections', file], { goodExitCodes: [0, 4] }),
  );
  desk.resubmitted.add(rowId);
}

/** The token comes with the approval. All go in with one file, and each is sealed at once. */
async function handInTokens(desk: Desk, answers: readonly ReviewAnswer[]): Promise<void> {
  const tokens = answers.flatMap((answer) => (answer.token === undefined ? [] : [{ answer, token: answer.token }]));
  const [first] = tokens;
  if (first === undefined) return;
  const lines = tokens.map(({ answer, token }) => [rowOf(desk, answer).rowId, token.accessToken, answer.at]);
  const args = ['--batch', desk.batchId, '--post-base-url', first.token.postBaseUrl];
  const outcomes = await doDeeds(desk.run, 'token', args, [['row_id', 'token', 'mailed_at'], ...lines]);
  for (const [index, { answer }] of tokens.entries())
    if (outcomes[index]?.outcome !== 'refused') desk.tokensHandedIn.add(rowOf(desk, answer).rowId);
}

const meanings = {
  approved: 'approved, and a token came with it: two hours, one member, write-only. A person hands it in.',
  'changes-requested': 'the reviewer asked for changes. A person corrects the zip code and asks again.',
  'clarification-requested': 'the reviewer asked for a clarification.',
  refused: 'the reviewer refused. The refusal is recorded, and nothing is sent.',
  'evidence-accepted': 'the evidence was accepted.',
} as const satisfies Record<ReviewAnswer['outcome'], string>;

function tellDecisions(desk: Desk, answers: readonly ReviewAnswer[]): void {
  const byOutcome = Map.groupBy(answers, ({ outcome }) => outcome);
  for (const [outcome, alike] of byOutcome) {
    const rowIds = alike.map((answer) => rowOf(desk, answer).rowId).toSorted();
    desk.run.screen.say(`  ${rowIds.join(', ')}:\n    ${meanings[outcome]}`);
  }
}
