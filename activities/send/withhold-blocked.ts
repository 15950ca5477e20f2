import type { LockedTransfer } from '../../adapters/ledger/append-events.ts';
import { withheldDependents } from '../../domain/accounting/withheld-dependents.ts';

/**
 * Withholds open resources that refer to something that has no id at the counterpart and never will have one. Returns false where
 * the writer was replaced meanwhile.
 */
export async function withholdBlocked(
  transfer: LockedTransfer,
  ordinals: readonly number[],
  options: { readonly fence?: number } = {},
): Promise<boolean> {
  const appended = await transfer.append(withheldDependents(ordinals, 'worker'), options);
  return appended.kind !== 'fenced';
}
