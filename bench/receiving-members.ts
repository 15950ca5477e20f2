import { buildAuthorizeUrl } from '../adapters/oneup/oauth.ts';
import { launchBatch } from '../operations/launch-batch.ts';
import type { TestMember } from '../sandbox/members/test-members.ts';
import { walkAuthorization } from '../sandbox/walk-authorization.ts';
import type { ReceiveProfile } from '../schemas/counterpart.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
import { linkOf } from '../test/support/browsers.ts';
import type { World } from '../test/support/open-world.ts';
import { writeReceiveRoster } from '../test/support/receive-roster.ts';

/** Launches a receive batch of these members. */
export async function launchReceive(world: World, members: readonly TestMember[]): Promise<BatchId> {
  const { rosterFile } = await writeReceiveRoster(world, members);
  const launch = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, launch)).batchId;
}

/** The transfers of such a batch in the order of its members. */
export async function transfersOf({ dataDir }: World, batchId: BatchId): Promise<readonly TransferId[]> {
  return (await dataDir.ledger.transfers.list({ batchId })).map(({ transferId }) => transferId);
}

/** The member opens the link of a transfer and allows; where the browser is sent to. */
export async function browserOf(world: World, transferId: TransferId, member: TestMember): Promise<URL> {
  return walk(await linkOf(world, transferId), member);
}

/** An authorization code for somebody who does without a ledger. */
export async function codeFor(world: World, member: TestMember): Promise<string> {
  const receive = receiveProfileOf(world);
  const link = buildAuthorizeUrl({ ...receive, state: 'bare', extra: receive.authorizeParameters });
  return (await walk(link, member)).searchParams.get('code') ?? '';
}

export function receiveProfileOf({ profile }: World): ReceiveProfile {
  const { receive } = profile.profile;
  if (receive === undefined) throw new Error('the profile cannot receive');
  return receive;
}

async function walk(authorizeUrl: string, member: TestMember): Promise<URL> {
  const [year, month, day] = member.birthDate.split('-');
  const { redirectedTo } = await walkAuthorization({
    authorizeUrl,
    email: `${member.memberId}-${crypto.randomUUID()}@mail.example`,
    member: { ...member, birthDate: `${month}/${day}/${year}` },
  });
  return new URL(redirectedTo);
}

/** Does something for each, so many at a time; answers in their order. */
export async function eachOf<Item, Answer>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item, index: number) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const queue = items.entries();
  const one = async () => {
    for (const [index, item] of queue) answers[index] = await act(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return answers;
}
