import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { openMemberRecord } from '../adapters/roster/member-records.ts';
import { handInToken } from '../operations/hand-in-token.ts';
import { resubmit } from '../operations/resubmit.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
import type { MemberRecord } from '../schemas/roster.ts';
import { isRowEnd } from '../schemas/states.ts';
import type { World } from '../test/support/open-world.ts';
import type { ReviewAnswer } from '../test/support/sandbox-admin.ts';
import { deciders, type Deciders } from './chaos-decisions.ts';

/** How long a person waits for an answer to a mail whose fate is unknown, before sending it again. */
const patienceMs = 5_000;

/** Deeds at once: each waits a moment for the worker, which may be dead. */
const deedsAtOnce = 8;

/** The people at the plan, for as many batches as they are told about. */
export interface ChaosPeople {
  /** Does once what there is to do. Whatever fails, because somebody was killed, is done again in a later round. */
  round(batches: readonly BatchId[]): Promise<void>;
  /** How many rows of a batch have not come to where nobody does anything about them any more. */
  openRows(batchId: BatchId): Promise<number>;
  readonly decisions: Deciders['made'];
}

export function chaosPeople(world: World, seed: number): ChaosPeople {
  const deciding = deciders(world, seed);
  const transferOfMember = new Map<string, TransferId>();
  const memberOfTransfer = new Map<TransferId, MemberRecord>();
  const waiting = new Map<number, ReviewAnswer>();
  const askedAgainAtMs = new Map<string, number>();
  let mailsRead = 0;

  async function learnMembers(transfers: readonly Transfer[]): Promise<void> {
    for (const { transferId, recordObject } of transfers) {
      // A row is in the ledger a moment before its sealed record is kept.
      if (memberOfTransfer.has(transferId) || !(await world.dataDir.objects.has(recordObject))) continue;
      const record = await openMemberRecord(world.dataDir, { recordObject });
      memberOfTransfer.set(transferId, record);
      transferOfMember.set(record.previousMemberId, transferId);
    }
  }

  async function readMail(): Promise<void> {
    for (const review of await world.admin.mailbox(mailsRead)) {
      mailsRead = review.id;
      waiting.set(review.id, review);
    }
  }

  async function answer({ id, previousMemberId, token }: ReviewAnswer): Promise<void> {
    const transferId = transferOfMember.get(previousMemberId);
    if (transferId === undefined) return;
    const { state } = await world.dataDir.ledger.transfers.get(transferId);
    if (token !== undefined && !isRowEnd(state)) await handIn(transferId, token.accessToken);
    waiting.delete(id);
  }

  async function handIn(transferId: TransferId, accessToken: string): Promise<void> {
    const { send } = world.profile.profile;
    if (send === undefined) throw new Error('the profile cannot send');
    await handInToken(world.operator, { transferId, accessToken, send });
  }

  /** A mail whose fate is unknown, and that nobody answered: it is sent again, on a person's word. */
  async function askAgain({ transferId, projection }: Transfer): Promise<void> {
    const revision = `${transferId}/${projection.revision}`;
    const sinceMs = askedAgainAtMs.get(revision) ?? Date.now();
    askedAgainAtMs.set(revision, sinceMs);
    if (Date.now() - sinceMs < patienceMs) return;
    askedAgainAtMs.set(revision, Date.now());
    await resubmit(world.operator, { transferId, corrections: {} });
  }

  /** A token has died under the transfer: the counterpart gives another one for the asking. */
  async function replaceToken({ transferId }: Transfer): Promise<void> {
    const record = memberOfTransfer.get(transferId);
    if (record === undefined) return;
    const { given, family, birthDate, previousMemberId } = record;
    const minted = await world.admin.mintToken({ name: `${given} ${family}`, birthDate, previousMemberId });
    await handIn(transferId, minted.accessToken);
  }

  const isToBeDecided = (transfer: Transfer): boolean => {
    const record = memberOfTransfer.get(transfer.transferId);
    return record !== undefined && deciding.isDecided(transfer, record);
  };

  async function decide(transfer: Transfer): Promise<void> {
    const record = memberOfTransfer.get(transfer.transferId);
    if (record !== undefined) await deciding.decide(transfer, record);
  }

  return {
    decisions: deciding.made,
    async openRows(batchId) {
      const transfers = await world.dataDir.ledger.transfers.list({ batchId });
      await learnMembers(transfers);
      const open = transfers.filter((transfer) => !isRowEnd(transfer.state) || isToBeDecided(transfer)).length;
      const { rows = transfers.length, launched } = await world.dataDir.ledger.batches.get(batchId);
      return launched ? open : Math.max(1, open + rows - transfers.length);
    },
    async round(batches) {
      const lists = batches.map((batchId) => world.dataDir.ledger.transfers.list({ batchId }));
      const transfers = (await Promise.all(lists)).flat();
      await learnMembers(transfers);
      await readMail().catch(() => undefined);
      await atOnce([...waiting.values()], answer);
      await atOnce(transfers.filter(hasUnknownMail), askAgain);
      await atOnce(transfers.filter(lacksToken), replaceToken);
      await atOnce(transfers.filter(isToBeDecided), decide);
    },
  };
}

function hasUnknownMail({ state, projection }: Transfer): boolean {
  return state === 'approval-requested' && projection.findings['mail-unknown'] !== undefined;
}

function lacksToken({ state, projection }: Transfer): boolean {
  return state === 'token-waiting' && projection.token === undefined;
}

/** What fails stays to be done: the next round finds it again. */
async function atOnce<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const one = async () => {
    for (const item of queue) await act(item).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: deedsAtOnce }, one));
}
