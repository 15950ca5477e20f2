import type { SecretId, TransferId } from '../schemas/ids.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface EndTokenInput {
  readonly transferId: TransferId;
  readonly secretId: SecretId;
  readonly cause?: 'expired' | 'rejected' | 'replaced';
}

/** A token is past its life: the ledger says so, the secret is destroyed, and the transfer waits for the next one. */
export function endToken({ ledger, secrets, log, checkpoint }: ActivityDependencies) {
  return async ({ transferId, secretId, cause = 'expired' }: EndTokenInput): Promise<{ kind: 'token-needed' }> => {
    const body = { kind: 'token-ended', secretId, cause } as const;
    const event = { subject: `token/${secretId}`, tryNumber: 1, actor: 'worker', body };
    // A token ends once. An attempt after a crash no longer knows why it did.
    await ledger.append(transferId, event, { firstStands: true });
    await secrets.destroy(secretId);
    await checkpoint?.('after-token-ended');
    log.event('token-ended', { transferId, cause });
    return { kind: 'token-needed' };
  };
}
