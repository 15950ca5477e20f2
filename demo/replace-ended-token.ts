import type { ShowDocument, StatusDocument } from './cli-documents.ts';
import type { Desk } from './desk.ts';

/** Where the other plan ended a token in mid-send, asks it for a new one and hands that in; sending goes on where it stopped. */
export async function replaceEndedToken(desk: Desk, { byState }: StatusDocument): Promise<void> {
  if ((byState['token-waiting'] ?? 0) === 0) return;
  for (const { rowId, planted } of desk.rows.values()) {
    const due = planted === 'token-expires-after-bundle-1' && desk.tokensHandedIn.has(rowId);
    if (due && !desk.tokensReplaced.has(rowId)) await replaceToken(desk, rowId);
  }
}

async function replaceToken({ run, batchId, people, tokensReplaced }: Desk, rowId: string): Promise<void> {
  const { transfer, resources } = await run.carryover<ShowDocument>(['show', '--batch', batchId, '--row', rowId]);
  const person = people.get(rowId);
  // Before the first bundle it waits for its first token, which is on its way.
  if (transfer.state !== 'token-waiting' || resources.confirmed === 0 || person === undefined) return;
  run.screen.say(
    `  ${rowId}: the other plan ended the token after ${resources.confirmed} resources. These stay confirmed; a person asks for a\n` +
      '    new token, and sending goes on with the next bundle. Nothing is sent twice.',
  );
  const mailedAt = new Date().toISOString();
  const { accessToken, postBaseUrl } = await run.admin.mintToken({
    name: `${person.given} ${person.family}`,
    birthDate: person.birth_date,
    previousMemberId: person.previous_member_id,
  });
  const args = ['token', transfer.transferId, '--mailed-at', mailedAt, '--post-base-url', postBaseUrl];
  await run.carryover(args, { input: accessToken, goodExitCodes: [0, 4] });
  tokensReplaced.add(rowId);
}
