import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

import { type DataDir, dataDirPaths } from '../adapters/data-dir/open-data-dir.ts';
import { keyRingOf, type KeyRing } from '../adapters/keys/key-ring.ts';
import { alreadySent } from '../adapters/plans/already-sent.ts';
import type { PayloadSource } from '../adapters/source/payload-source.ts';
import { isSourceRefusal } from '../adapters/source/source-refusal.ts';
import { loadGate } from '../adapters/validation/load-gate.ts';
import { planPayload } from '../domain/payload/plan-payload.ts';
import type { PlannedRow } from '../domain/report/plan-summary.ts';
import type { CounterpartProfile, SendProfile } from '../schemas/counterpart.ts';
import type { Direction } from '../schemas/ids.ts';
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
  const plannerWith = (keys: KeyRing, kept?: DataDir) => memberPlanner({ profile, send, source, keys, kept });
  if (!existsSync(dataDirPaths(dataDirRoot(context)).ledgerFile)) return work(plannerWith(throwawayKeys()));
  return withDataDir(context, (dataDir) => work(plannerWith(dataDir.keys, dataDir)));
}

/** Ids under these keys are never written anywhere. */
function throwawayKeys(): KeyRing {
  return keyRingOf({ currentKeyId: 'k1', keys: new Map([['k1', randomBytes(32)]]), idKey: randomBytes(32) });
}

function memberPlanner(planner: {
  readonly profile: CounterpartProfile;
  readonly send: SendProfile;
  readonly source: PayloadSource;
  readonly keys: KeyRing;
  /** Where it is kept what was sent before. */
  readonly kept: Pick<DataDir, 'ledger' | 'objects'> | undefined;
}): PlanMember {
  const { profile, send, source, keys, kept } = planner;
  return async (record) => {
    const memberKey = keys.memberKey(record);
    const policy = {
      ...send,
      validation: send.validation.policy,
      counterpartId: profile.id,
      memberKey,
    };
    try {
      const { resources } = await source.load(record);
      const planned = await planPayload({
        resources,
        record,
        policy,
        validate: await loadGate(send.validation),
        alreadySent: () =>
          kept === undefined ? new Map() : alreadySent(kept, { counterpartId: profile.id, memberKey }),
        keyedHash: (...parts) => keys.keyedHash(...parts),
      });
      if (planned.kind === 'refused') return { outcome: 'refused', code: planned.code, detail: planned.detail };
      const { counts, dangling, cyclesBroken, warnings } = planned.plan;
      return { outcome: 'planned', counts, byType: sentByType(planned.plan), dangling, cyclesBroken, warnings };
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
