import { openPlan } from '../../adapters/plans/open-plan.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import type { CounterpartProfile, SendProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken } from '../end-token.ts';
import { paceOf, type Pace } from '../pace.ts';
import { sendProfileUnder } from './send-profile-under.ts';

/** The token that a slice posts under, opened. It never leaves the activity. */
export interface OpenToken {
  readonly secretId: SecretId;
  readonly value: string;
  readonly fingerprint: string;
  readonly expiresAtMs: number;
}

/** What one attempt of a slice works with. Its fence is higher than that of every attempt before it. */
export interface SendJob extends ActivityDependencies {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly send: SendProfile;
  readonly plan: Plan;
  readonly token: OpenToken;
  readonly fence: number;
  readonly pace: Pace;
  endToken(cause: 'expired' | 'rejected'): Promise<{ readonly kind: 'token-needed' }>;
}

/** Opens the job of a slice: raises the fence first, so that an older attempt stops before its next first byte. */
export async function openSendJob(
  deps: ActivityDependencies,
  transferId: TransferId,
  token: OpenToken,
): Promise<SendJob> {
  const fence = await deps.ledger.transfers.raiseFence(transferId);
  const { batchId } = await deps.ledger.transfers.get(transferId);
  const profile = await frozenProfile(deps, batchId);
  if (profile.send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  const plan = await openPlan(deps, transferId);
  return {
    ...deps,
    transferId,
    profile,
    send: await sendProfileUnder(deps, profile.send, { transferId, secretId: token.secretId }),
    plan,
    token,
    fence,
    pace: paceOf(deps, profile),
    endToken: (cause) => endToken(deps)({ transferId, secretId: token.secretId, cause }),
  };
}
