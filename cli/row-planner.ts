import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

import { dataDirPaths } from '../adapters/data-dir/open-data-dir.ts';
import { keyRingOf, type KeyRing } from '../adapters/keys/key-ring.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { PayloadSource } from '../adapters/source/payload-source.ts';
import { isSourceRefusal } from '../adapters/source/source-refusal.ts';
import { planPayload, type FindAlreadySent } from '../domain/payload/plan-payload.ts';
import type { PlannedRow } from '../domain/report/plan-summary.ts';
import { createValidator } from '../domain/validation/validate-resource.ts';
import type { CounterpartProfile, SendProfile } from '../schemas/counterpart.ts';
import { asTransferId, type Direction } from '../schemas/ids.ts';
import type { Plan } from '../schemas/plan.ts';
import type { MemberRecord } from '../schemas/roster.ts';
import type { CommandContext } from './command.ts';
import { dataDirRoot, withDataDir } from './installation.ts';

/** What would become of a member: a row of the plan without its place. */
export type PlanMember = (record: MemberRecord) => Promise<DistributiveOmit<PlannedRow, 'line' | 'rowId'>>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

interface Planning {
  readonly profile: CounterpartProfile;
  readonly direction: Direction;
  readonly source: PayloadSource;
}

/** Plans with what the ledger of the data directory knows to be sent already; without one, nothing is, and no key file is made. */
export async function withRowPlanner<T>(
  context: CommandContext,
  planning: Planning,
  work: (planMember: PlanMember) => Promise<T>,
): Promise<T> {
  const { profile, direction, source } = planning;
  const { send } = profile;
  if (direction === 'receive' || send === undefined) return work(() => Promise.resolve({ outcome: 'valid' }));
  const plannerWith = (keys: KeyRing, ledger?: Ledger) => memberPlanner({ profile, send, source, keys, ledger });
  if (!existsSync(dataDirPaths(dataDirRoot(context)).ledgerFile)) return work(plannerWith(throwawayKeys()));
  return withDataDir(context, ({ keys, ledger }) => work(plannerWith(keys, ledger)));
}

/** Ids under these keys are never written anywhere. */
function throwawayKeys(): KeyRing {
  return keyRingOf({ currentKeyId: 'k1', keys: new Map([['k1', randomBytes(32)]]), idKey: randomBytes(32) });
}

/** No transfer: whatever any transfer has sent counts. */
const noTransfer = asTransferId('');

function memberPlanner(planner: {
  readonly profile: CounterpartProfile;
  readonly send: SendProfile;
  readonly source: PayloadSource;
  readonly keys: KeyRing;
  readonly ledger: Ledger | undefined;
}): PlanMember {
  const { profile, send, source, keys, ledger } = planner;
  const validate = createValidator(send.validation);
  const alreadySent: FindAlreadySent = async (resourceKeys) =>
    (await ledger?.sentResources.alreadyConfirmed(profile.id, resourceKeys, noTransfer)) ?? new Set();
  return async (record) => {
    const policy = {
      ...send,
      validation: send.validation.policy,
      counterpartId: profile.id,
      memberKey: keys.memberKey(record),
    };
    try {
      const { resources } = await source.load(record);
      const planned = await planPayload({
        resources,
        record,
        policy,
        validate,
        alreadySent,
        keyedHash: (...parts) => keys.keyedHash(...parts),
      });
      if (planned.kind === 'refused') return { outcome: 'refused', code: planned.code, detail: planned.detail };
      return { outcome: 'planned', counts: planned.plan.counts, byType: sentByType(planned.plan) };
    } catch (error) {
      // A record that cannot be read is the row's own end; the other rows go on. Who is not let in, is so for every row.
      if (isSourceRefusal(error) && error.code !== 'SOURCE_AUTH')
        return { outcome: 'refused', code: error.code, detail: error.detail };
      throw error;
    }
  };
}

function sentByType({ resources }: Plan): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { resourceType, fate } of resources)
    if (fate.kind === 'send') counts[resourceType] = (counts[resourceType] ?? 0) + 1;
  return counts;
}
