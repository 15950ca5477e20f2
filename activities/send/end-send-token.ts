import { openPlan } from '../../adapters/plans/open-plan.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { nextWrite } from '../../domain/payload/next-write.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endToken, type EndTokenInput } from '../end-token.ts';
import { repeatHarmless } from './repeat-harmless.ts';
import { withholdBlocked } from './withhold-blocked.ts';

/**
 * A token is past its life. The transfer waits for the next one only where something is left that can be posted: a crash after the
 * last write may leave nothing but its end.
 */
export function endSendToken(deps: ActivityDependencies) {
  return async (
    input: EndTokenInput,
  ): Promise<{ readonly kind: 'token-needed' } | { readonly kind: 'finished'; readonly unknown: number }> => {
    const { transferId } = input;
    const needed = await endToken(deps)(input);
    const { batchId } = await deps.ledger.transfers.get(transferId);
    const { send } = await frozenProfile(deps, batchId);
    if (send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
    const plan = await openPlan(deps, transferId);
    return deps.ledger.withTransfer(transferId, async (transfer) => {
      for (;;) {
        const { writes } = transfer.projection;
        const next = nextWrite(plan, writes);
        if (next.kind === 'post') return needed;
        if (next.kind === 'withhold') await withholdBlocked(transfer, next.ordinals);
        else if (plan.idAssignment !== 'caller' || !(await repeatHarmless({ send }, transfer)))
          return { kind: 'finished', unknown: unknownOrdinals(writes).length };
      }
    });
  };
}
