import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { planObjectOf } from '../adapters/plans/open-plan.ts';
import type { BatchId } from '../schemas/ids.ts';
import { isRowEnd } from '../schemas/states.ts';
import type { World } from '../test/support/open-world.ts';
import { postedAccount, type PostedAccount } from '../test/support/posted-account.ts';
import { isStoredAsPlanned } from '../test/support/stored-content.ts';
import { storedRequests } from '../test/support/stored-requests.ts';
import { judge } from './chaos-judge.ts';
import type { ChaosRow } from './chaos-options.ts';

/** Looks into the store at once, so many at a time. */
const looksAtOnce = 8;

type Accounted = Omit<ChaosRow, 'sender' | 'kills' | 'decisions'>;

/** Sums up what Carryover's ledger says of these batches, and holds it against the sandbox's journal and store. */
export async function accountOf(world: World, batchIds: readonly BatchId[]): Promise<Accounted> {
  const { ledger, objects } = world.dataDir;
  const requests = await storedRequests(world.sandbox.adminUrl);
  const [confirmed, unknown, stored] = [new Set<string>(), new Set<string>(), [] as string[]];
  const broken: string[] = [];
  const states: Record<string, number> = {};
  const total = { members: 0, resources: 0, waiting: 0 };
  for (const batchId of batchIds)
    for (const transfer of await ledger.transfers.list({ batchId })) {
      const { transferId, state, reason, projection } = transfer;
      const { counts } = projection;
      total.members += 1;
      total.resources += counts.resources - counts.withheld - counts.repeats;
      total.waiting += counts.open;
      const end = reason === undefined ? state : `${state}: ${reason}`;
      states[end] = (states[end] ?? 0) + 1;
      broken.push(...(await whatDoesNotHold(world, transfer)));
      if (!(await objects.has(planObjectOf(transferId)))) continue;
      const account = await postedAccount(world, transfer, requests);
      const nameOf = (ordinal: number) => `${transferId} ${ordinal}`;
      for (const ordinal of account.confirmed) confirmed.add(nameOf(ordinal));
      for (const ordinal of account.unknown) unknown.add(nameOf(ordinal));
      stored.push(...account.stored.map(nameOf));
      if (account.otherBodies > 0) broken.push(`${account.otherBodies} bodies of ${transferId}`);
      const otherwise = await storedOtherwise(world, transfer, account);
      if (otherwise > 0) broken.push(`${otherwise} stored resources of ${transferId} are not as planned`);
    }
  const left = requests.left();
  if (left > 0) broken.push(`${left} resources were stored by requests that the ledger does not know`);
  return { ...total, states, broken, judged: judge({ confirmed, unknown }, stored) };
}

async function whatDoesNotHold({ dataDir: { ledger } }: World, transfer: Transfer): Promise<readonly string[]> {
  const { transferId, state, projection } = transfer;
  const { resources, ...ends } = projection.counts;
  const sum = Object.values(ends).reduce((all, count) => all + count, 0);
  const rebuilt = await ledger.rebuildProjection(transferId);
  const isIntact = (await ledger.verifyChain(transferId)).kind === 'intact';
  // What refers to something undecided waits with it, where the other side assigns the ids.
  const mayBeOpen = !isRowEnd(state) || state === 'needs-decision';
  return [
    // Kills are no reason for a member to fail.
    ...(state === 'failed' ? [`${transferId} failed: ${transfer.reason ?? 'without a reason'}`] : []),
    ...(sum === resources ? [] : [`the sums of ${transferId}`]),
    ...(ends.open === 0 || mayBeOpen ? [] : [`open resources of ${transferId}`]),
    ...(isIntact ? [] : [`the chain of ${transferId}`]),
    ...(JSON.stringify(rebuilt) === JSON.stringify(projection) ? [] : [`the projection of ${transferId}`]),
  ];
}

/** How many confirmed resources the store has otherwise than they were planned, references included. Only where ids are not ours. */
async function storedOtherwise(
  { sandbox }: World,
  { projection: { writes } }: Transfer,
  { plan, confirmed }: PostedAccount,
): Promise<number> {
  if (plan.idAssignment !== 'server') return 0;
  const waiting = confirmed.values();
  let otherwise = 0;
  const look = async () => {
    for (const ordinal of waiting)
      if (!(await isStoredAsPlanned(sandbox.adminUrl, plan, ordinal, writes.storedIds))) otherwise += 1;
  };
  await Promise.all(Array.from({ length: looksAtOnce }, look));
  return otherwise;
}
