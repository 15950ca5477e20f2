import type { LockedTransfer } from '../../adapters/ledger/append-events.ts';
import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { asDeedId } from '../../schemas/ids.ts';
import type { SendJob } from './send-job.ts';

/** Past this many tries of one bundle a person looks at it, harmless or not. */
const mostTries = 5;

/**
 * Opens unknown writes again where the profile says that the counterpart takes a repeated id as the same resource. Returns
 * whether anything is open now. Everywhere else an unknown write is never sent again by itself.
 */
export async function repeatHarmless({ send }: Pick<SendJob, 'send'>, transfer: LockedTransfer): Promise<boolean> {
  const { writes } = transfer.projection;
  const ordinals = unknownOrdinals(writes);
  const tries = Math.max(0, ...Object.values(writes.tries));
  if (!send.repeatsHarmless || ordinals.length === 0 || tries >= mostTries) return false;
  await transfer.append({
    subject: 'repeats-harmless',
    tryNumber: tries,
    actor: 'worker',
    body: { kind: 'unknowns-decided', deedId: asDeedId(`repeat-${tries}`), decision: 'resend', ordinals },
  });
  return true;
}
