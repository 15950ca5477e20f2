import { alreadySent } from '../../adapters/plans/already-sent.ts';
import { openPlanIfKept, planObjectOf } from '../../adapters/plans/open-plan.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { isSourceRefusal } from '../../adapters/source/source-refusal.ts';
import { loadGate } from '../../adapters/validation/load-gate.ts';
import { planPayload, type PlanPolicy } from '../../domain/payload/plan-payload.ts';
import type { CounterpartProfile, SendProfile } from '../../schemas/counterpart.ts';
import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { heartbeating } from '../heartbeating.ts';
import { sourceOfBatch } from './source-of-batch.ts';

export type PrepareResult = { readonly kind: 'prepared' } | { readonly kind: 'refused'; readonly reason: FailureCode };

/** Loads, validates and plans a member's record. The plan is stored once and never computed again for a started transfer. */
export function prepare(deps: ActivityDependencies) {
  return async ({ transferId }: { readonly transferId: TransferId }): Promise<PrepareResult> =>
    heartbeating(async () => {
      const transfer = await deps.ledger.transfers.get(transferId);
      if (transfer.projection.bundles > 0) return { kind: 'prepared' };
      const profile = await frozenProfile(deps, transfer.batchId);
      if (profile.send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
      const { counterpartId, memberKey } = transfer;
      const unknowns = await deps.ledger.transfers.openUnknownsOfMember(counterpartId, memberKey, transferId);
      if (unknowns > 0) return { kind: 'refused', reason: 'EARLIER_UNKNOWN' };

      // A plan that was kept before a crash stands: what it was made from may have changed meanwhile.
      const kept = await openPlanIfKept(deps, transferId);
      const planned =
        kept === undefined
          ? await planRecord(deps, transferId, profile, profile.send)
          : ({ kind: 'planned', plan: kept } as const);
      if (planned.kind === 'refused') return refuse(deps, transferId, planned.code, planned.detail);
      await storePlan(deps, transferId, planned.plan);
      return planned.plan.counts.planned === 0 ? refuse(deps, transferId, 'NOTHING_TO_SEND', '') : { kind: 'prepared' };
    });
}

async function planRecord(
  deps: ActivityDependencies,
  transferId: TransferId,
  profile: CounterpartProfile,
  send: SendProfile,
): Promise<ReturnType<typeof planPayload>> {
  const transfer = await deps.ledger.transfers.get(transferId);
  const { batchId, counterpartId, memberKey } = transfer;
  const record = await openMemberRecord(deps, transfer);
  const source = await sourceOfBatch(deps, batchId);
  try {
    const payload = await source.load(record);
    const policy: PlanPolicy = {
      counterpartId,
      memberKey,
      acceptedTypes: send.acceptedTypes,
      idAssignment: send.idAssignment,
      singlePosts: send.singlePosts,
      maxEntries: send.maxEntries,
      maxBytes: send.maxBytes,
      validation: send.validation.policy,
    };
    return await planPayload({
      resources: payload.resources,
      record,
      policy,
      keyedHash: deps.keys.keyedHash,
      validate: await loadGate(send.validation),
      alreadySent: () => alreadySent(deps, { counterpartId, memberKey, except: transferId }),
    });
  } catch (error) {
    // A record that cannot be read is a business no: it belongs in the report, not in a retry.
    if (isSourceRefusal(error)) return { kind: 'refused', code: error.code, detail: error.detail };
    throw error;
  }
}

async function storePlan(deps: ActivityDependencies, transferId: TransferId, plan: Plan): Promise<void> {
  const planObject = planObjectOf(transferId);
  const { contentHash } = await deps.objects.put(planObject, Buffer.from(JSON.stringify(plan)));
  await deps.checkpoint?.('after-plan-kept');
  await deps.ledger.append(transferId, {
    subject: '',
    tryNumber: 1,
    actor: 'worker',
    body: { kind: 'prepared', planObject, planHash: contentHash, counts: plan.counts },
  });
  deps.log.event('transfer-prepared', { transferId, count: plan.counts.planned });
}

async function refuse(
  { ledger }: ActivityDependencies,
  transferId: TransferId,
  reason: FailureCode,
  detail: string,
): Promise<PrepareResult> {
  if (detail !== '') {
    const body = { kind: 'finding', finding: detail, count: 1 } as const;
    await ledger.append(transferId, { subject: 'prepare', tryNumber: 1, actor: 'worker', body }, { firstStands: true });
  }
  return { kind: 'refused', reason };
}
