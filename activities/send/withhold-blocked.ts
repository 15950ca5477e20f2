import type { LockedTransfer } from '../../adapters/ledger/append-events.ts';

/**
 * Withholds open resources that refer to something that has no id at the counterpart and never will have one. Returns false where
 * the writer was replaced meanwhile.
 */
export async function withholdBlocked(
  transfer: LockedTransfer,
  ordinals: readonly number[],
  options: { readonly fence?: number } = {},
): Promise<boolean> {
  // A resource is withheld once: the first of them names the event.
  const subject = `depends-on/${ordinals[0] ?? 0}`;
  const body = { kind: 'withheld-later', ordinals, reason: 'depends-on' } as const;
  const appended = await transfer.append({ subject, tryNumber: 1, actor: 'worker', body }, options);
  return appended.kind !== 'fenced';
}
