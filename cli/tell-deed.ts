import type { DeedRecorded } from '../operations/record-deed.ts';
import type { TransferId } from '../schemas/ids.ts';
import type { CommandContext } from './command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { CliOperator } from './installation.ts';
import { isWorkerPolling, workerNotice } from './worker-polling.ts';

/** What a person did to a transfer, as it is told. */
export interface ToldDeed extends DeedRecorded {
  readonly transferId: TransferId;
  /** What was done: the beginning of a sentence, such as `Approval "approve"`. */
  readonly what: string;
}

/** Tells what became of a deed; exit 4 where it is committed and waits for a worker. */
export async function tellDeed({ out }: CommandContext, operator: CliOperator, deed: ToldDeed): Promise<ExitCode> {
  const { what, ...document } = deed;
  if (deed.delivery === 'taken') {
    out.result(document, `${what} for transfer ${deed.transferId} is recorded and taken.`);
    return exitCodes.good;
  }
  const notice = await notTaken(operator);
  out.result({ ...document, notice }, `${what} for transfer ${deed.transferId} is recorded.\n${notice}`);
  return exitCodes.goesOn;
}

/** Why a deed that is recorded was not taken yet. */
export async function notTaken({ asked }: Pick<CliOperator, 'asked'>): Promise<string> {
  const notice = workerNotice(await isWorkerPolling(asked));
  return notice ?? 'The transfer has not taken it yet; it goes on by itself.';
}
