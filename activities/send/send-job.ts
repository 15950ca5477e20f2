import { openPlan } from '../../adapters/plans/open-plan.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import type { CounterpartProfile, SendProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken } from '../end-token.ts';
import { paceOf, type Pace } from '../pace.ts';
import type { SliceLimits } from '../slice-limits.ts';
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
  readonly limits: SliceLimits;
  endToken(cause: 'expired' | 'rejected'): Promise<{ readonly kind: 'token-needed' }>;
}

/** What is known of a slice before it is let in. */
export interface SliceToSend {
  readonly transferId: TransferId;
  readonly profile: CounterpartProfile;
  readonly send: SendProfile;
  readonly token: OpenToken;
}

/** Looks up what a slice is to work under. Throws PROFILE_DIRECTION_MISSING. */
export async function sliceToSend(
  deps: ActivityDependencies,
  transferId: TransferId,
  token: OpenToken,
): Promise<SliceToSend> {
  const { batchId } = await deps.ledger.transfers.get(transferId);
  const profile = await frozenProfile(deps, batchId);
  if (profile.send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  return { transferId, profile, send: profile.send, token };
}

/** Opens the job of a slice that was let in under a new fence. */
export async function openSendJob(
  deps: ActivityDependencies,
  slice: SliceToSend,
  { fence, limits }: Pick<SendJob, 'fence' | 'limits'>,
): Promise<SendJob> {
  const { transferId, profile, token } = slice;
  return {
    ...deps,
    ...slice,
    send: await sendProfileUnder(deps, slice.send, { transferId, secretId: token.secretId }),
    plan: await openPlan(deps, transferId),
    fence,
    limits,
    pace: paceOf(deps, profile),
    endToken: (cause) => endToken(deps)({ transferId, secretId: token.secretId, cause }),
  };
}
