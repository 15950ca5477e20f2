import type { SecretId, TransferId } from '../schemas/ids.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface EndTokenInput {
  readonly transferId: TransferId;
  readonly secretId: SecretId;
  readonly cause?: 'expired' | 'rejected';
}

/** A token is past its life: the ledger says so, the secret is destroyed, and the transfer waits for the next one. */
export function endToken({ ledger, secrets, log }: ActivityDependencies) {
  return async ({ transferId, secretId, cause = 'expired' }: EndTokenInput): Promise<{ kind: 'token-needed' }> => {
    await ledger.append(transferId, {
      subject: `token/${secretId}`,
      tryNumber: 1,
      actor: 'worker',
      body: { kind: 'token-ended', secretId, cause },
    });
    await secrets.destroy(secretId);
    log.event('token-ended', { transferId, cause });
    return { kind: 'token-needed' };
  };
}
