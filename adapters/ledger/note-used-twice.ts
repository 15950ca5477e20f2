import type { TransferId } from '../../schemas/ids.ts';
import type { Ledger } from './ledger.ts';

/**
 * Notes that the authorization of a link came, or was answered, a second time: once for each link, however often. What the first
 * one brought goes on.
 */
export async function noteUsedTwice(
  ledger: Pick<Ledger, 'append'>,
  transferId: TransferId,
  revision: number,
): Promise<void> {
  const body = { kind: 'finding', finding: 'authorization-used-twice', count: 1 } as const;
  const subject = `revision/${revision}`;
  await ledger.append(transferId, { subject, tryNumber: 1, actor: 'worker', body }, { firstStands: true });
}
