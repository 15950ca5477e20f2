import type { NewLedgerEvent } from '../../schemas/ledger-events.ts';
import type { ReadJob } from './read-job.ts';

/** Notes a finding of a transfer, once, however often the step is done. */
export async function noteFinding(
  { ledger, transferId }: Pick<ReadJob, 'ledger' | 'transferId'>,
  finding: string,
  count: number,
): Promise<void> {
  for (const event of findingEvent(finding, count)) await ledger.append(transferId, event);
}

/** The event of a finding; none where nothing was found. */
export function findingEvent(finding: string, count: number): readonly NewLedgerEvent[] {
  const body = { kind: 'finding', finding, count } as const;
  return count === 0 ? [] : [{ subject: finding, tryNumber: 1, actor: 'worker', body }];
}
