import type { TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * Withholds open resources that refer to something that has no id at the counterpart and never will have one. Returns false where
 * the writer was replaced meanwhile.
 */
export async function withholdBlocked(
  { ledger }: Pick<ActivityDependencies, 'ledger'>,
  transferId: TransferId,
  ordinals: readonly number[],
  options: { readonly fence?: number } = {},
): Promise<boolean> {
  // A resource is withheld once: the first of them names the event.
  const subject = `depends-on/${ordinals[0] ?? 0}`;
  const body = { kind: 'withheld-later', ordinals, reason: 'depends-on' } as const;
  const appended = await ledger.append(transferId, { subject, tryNumber: 1, actor: 'worker', body }, options);
  return appended.kind !== 'fenced';
}
