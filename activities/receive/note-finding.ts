import type { ReadJob } from './read-job.ts';

/** Notes a finding of a transfer, once, however often the step is done. */
export async function noteFinding({ ledger, transferId }: ReadJob, finding: string, count: number): Promise<void> {
  if (count === 0) return;
  const body = { kind: 'finding', finding, count } as const;
  await ledger.append(transferId, { subject: finding, tryNumber: 1, actor: 'worker', body });
}
