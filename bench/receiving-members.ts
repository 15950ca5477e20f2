import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildAuthorizeUrl } from '../adapters/oneup/oauth.ts';
import { rosterCsv } from '../fixtures/write-roster.ts';
import { launchBatch } from '../operations/launch-batch.ts';
import { walkAuthorization } from '../sandbox/walk-authorization.ts';
import type { ReceiveProfile } from '../schemas/counterpart.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
import type { World } from '../test/support/open-world.ts';

/** A member whose record the sandbox has, and who walks through its pages. */
export interface ReceivingMember {
  readonly firstName: string;
  readonly lastName: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly memberId: string;
  readonly postalCode: string;
}

/** The members that the sandbox generated; the roster of `launchReceive` has them in this order. */
export async function generatedMembersOf({ sandbox }: World): Promise<readonly ReceivingMember[]> {
  const all = (await (await fetch(`${sandbox.adminUrl}/members`)).json()) as readonly ReceivingMember[];
  return all.filter(({ memberId }) => memberId.startsWith('load-'));
}

/** Launches a receive batch of these members. */
export async function launchReceive(world: World, members: readonly ReceivingMember[]): Promise<BatchId> {
  const rows = members.map(({ firstName, lastName, birthDate, memberId, postalCode }) => ({
    row_id: `row-${memberId}`,
    family: lastName,
    given: firstName,
    birth_date: birthDate,
    previous_member_id: memberId,
    zip: postalCode,
    email: '',
    source: '',
  }));
  const rosterFile = join(world.directory, 'roster', 'receive.csv');
  writeFileSync(rosterFile, rosterCsv(rows));
  const launch = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, launch)).batchId;
}

/** The transfers of such a batch in the order of its members. */
export async function transfersOf({ dataDir }: World, batchId: BatchId): Promise<readonly TransferId[]> {
  return (await dataDir.ledger.transfers.list({ batchId })).map(({ transferId }) => transferId);
}

/** The member opens the link of a transfer and allows; where the browser is sent to. */
export async function browserOf(world: World, transferId: TransferId, member: ReceivingMember): Promise<URL> {
  const link = await world.dataDir.ledger.links.current(transferId);
  const state = link && (await world.dataDir.secrets.open(link.secretId));
  if (state === undefined) throw new Error('there is no link');
  return walk(receiveProfileOf(world), member, state.value);
}

/** An authorization code for somebody who does without a ledger. */
export async function codeFor(world: World, member: ReceivingMember): Promise<string> {
  return (await walk(receiveProfileOf(world), member, 'bare')).searchParams.get('code') ?? '';
}

export function receiveProfileOf({ profile }: World): ReceiveProfile {
  const { receive } = profile.profile;
  if (receive === undefined) throw new Error('the profile cannot receive');
  return receive;
}

async function walk(receive: ReceiveProfile, member: ReceivingMember, state: string): Promise<URL> {
  const [year, month, day] = member.birthDate.split('-');
  const { redirectedTo } = await walkAuthorization({
    authorizeUrl: buildAuthorizeUrl({ ...receive, state, extra: receive.authorizeParameters }),
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
