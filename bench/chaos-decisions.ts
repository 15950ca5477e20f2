import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { unknownResources } from '../domain/accounting/unknown-resources.ts';
import { seededRandom } from '../fixtures/seeded-random.ts';
import { decideUnknowns } from '../operations/decide-unknowns.ts';
import type { UnknownDecision } from '../schemas/ledger-events.ts';
import type { MemberRecord } from '../schemas/roster.ts';
import type { World } from '../test/support/open-world.ts';
import { postedAccount } from '../test/support/posted-account.ts';
import { storedRequests } from '../test/support/stored-requests.ts';

/**
 * What the person of a member does about unknowns: leaves them to be counted; accepts them unseen; or asks the other side, accepts what
 * it has and resends what it lacks. Who resends unseen makes doubles, which no program can help.
 */
const rules = ['leave', 'accept', 'ask'] as const;

/** Nothing that was sent so long ago is still on its way: far more than the write time-out and the slowest answer. */
const settledMs = 6_000;

/** The people who decide. */
export interface Deciders {
  /** Whether somebody is going to decide about what is unknown here. */
  isDecided(transfer: Transfer, record: MemberRecord): boolean;
  /** Decides about one transfer, in one go or in two parts; later, where its last write is too young to ask about. */
  decide(transfer: Transfer, record: MemberRecord): Promise<void>;
  /** How many decisions were committed so far. */
  readonly made: Readonly<Record<UnknownDecision, number>>;
}

/** Each member has one rule, drawn from the seed. */
export function deciders(world: World, seed: number): Deciders {
  const made = { accept: 0, resend: 0 };
  const ruleOf = ({ previousMemberId }: MemberRecord) => seededRandom(`decide/${seed}/${previousMemberId}`).pick(rules);

  async function decideAbout(
    transfer: Transfer,
    decision: UnknownDecision,
    ordinals: readonly number[],
  ): Promise<void> {
    if (ordinals.length === 0) return;
    const why = decision === 'resend' ? 'they do not have it' : 'they have it, or nobody can say';
    await decideUnknowns(world.operator, { transferId: transfer.transferId, decision, ordinals, why });
    made[decision] += 1;
  }

  return {
    made,
    isDecided: ({ state }, record) => state === 'needs-decision' && ruleOf(record) !== 'leave',
    async decide(transfer, record) {
      const { transferId, projection } = transfer;
      const unknowns = unknownResources(projection.writes, await world.dataDir.ledger.events(transferId));
      if (unknowns.some(({ attemptedAt }) => Date.parse(attemptedAt) > Date.now() - settledMs)) return;
      const ordinals = unknowns.map(({ ordinal }) => ordinal);
      // A late answer has settled the last of them: any decision lets the transfer go on.
      if (ordinals.length === 0) {
        await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'nothing is unknown any more' });
        return;
      }
      if (ruleOf(record) === 'accept') return decideAbout(transfer, 'accept', ordinals);
      const { previousMemberId } = record;
      const requests = await storedRequests(world.sandbox.adminUrl, { previousMemberId });
      const { stored } = await postedAccount(world, transfer, requests);
      const has = new Set(stored);
      await decideAbout(
        transfer,
        'resend',
        ordinals.filter((ordinal) => !has.has(ordinal)),
      );
      await decideAbout(
        transfer,
        'accept',
        ordinals.filter((ordinal) => has.has(ordinal)),
      );
    },
  };
}
