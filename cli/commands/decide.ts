import { InvalidArgumentError, Option, type Command } from 'commander';

import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { UnknownDecision } from '../../schemas/ledger-events.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { decideBatch } from '../decide-batch.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { withDataDir, withOperator, type CliOperator } from '../installation.ts';
import { readReason, type ReasonOptions } from '../read-reason.ts';
import { resolveTransfer } from '../resolve-transfer.ts';
import { tellDeed } from '../tell-deed.ts';
import { tellUnknowns, tellUnknownsOfBatch } from '../tell-unknowns.ts';

interface DecideOptions extends ReasonOptions {
  readonly decision?: UnknownDecision;
  readonly batch?: string;
  readonly cause?: string;
  readonly ordinals?: readonly number[];
}

/** `carryover decide`: list writes whose answer was lost, and decide about them: one transfer, a part of one, or a batch by rule. */
export const decide = defineCommand<DecideOptions>({
  afterFailure: 'Nothing was recorded.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'a transfer id, or at least 8 digits of one')
      .option('--batch <batch>', 'all of this batch instead of one transfer')
      .addOption(
        new Option('--decision <decision>', 'leave them unknown and close, or post them once more').choices([
          'accept',
          'resend',
        ]),
      )
      .option('--cause <cause>', 'only what was lost by this cause, as the list names it')
      .addOption(
        new Option('--ordinals <list>', 'only these resources of the transfer, such as 3,4,5')
          .argParser(readOrdinals)
          .conflicts(['batch', 'cause']),
      )
      .addOption(new Option('--why <text>', 'the reason, in your own words; kept sealed').conflicts('whyFile'))
      .option('--why-file <file>', 'a file with the reason');
  },
  async run(context, options, [transfer]) {
    const { batch, decision, why, whyFile, cause, ordinals } = options;
    if ((transfer === undefined) === (batch === undefined))
      throw new CarryoverError('USAGE', 'Name a transfer, or a batch with --batch.');
    if (decision === undefined && [why, whyFile, cause, ordinals].some((given) => given !== undefined))
      throw new CarryoverError('USAGE', 'Without --decision the command only lists.');
    if (decision === undefined) {
      return withDataDir(context, (dataDir) =>
        batch === undefined
          ? tellUnknowns(context, dataDir, transfer ?? '')
          : tellUnknownsOfBatch(context, dataDir, batch),
      );
    }
    const reason = await readReason(options);
    return withOperator(context, (operator) =>
      batch === undefined
        ? decideTransfer(context, operator, { ...options, decision, transfer: transfer ?? '', reason })
        : decideBatch(context, operator, { batch, decision, why: reason, cause }),
    );
  },
});

interface TransferDecision extends Pick<DecideOptions, 'cause' | 'ordinals'> {
  readonly transfer: string;
  readonly decision: UnknownDecision;
  readonly reason: string;
}

async function decideTransfer(
  context: CommandContext,
  operator: CliOperator,
  { transfer, decision, reason, cause, ordinals }: TransferDecision,
): Promise<ExitCode> {
  const { transferId } = await resolveTransfer(operator, transfer);
  const recorded = await decideUnknowns(operator, {
    transferId,
    decision,
    why: reason,
    ...(cause === undefined ? {} : { cause }),
    ...(ordinals === undefined ? {} : { ordinals }),
  });
  const { delivery, decided, undecided, withheld } = recorded;
  const what = `Decision "${decision}"${withheld === 0 ? '' : ` (${withheld} that can never be linked are withheld with it)`}`;
  if (delivery !== 'held') return tellDeed(context, operator, { ...recorded, delivery, transferId, what });
  const about = `${what} about ${decided.length} resources of transfer ${transferId} is recorded.`;
  context.out.result({ ...recorded, transferId }, `${about}\nIt goes on once the other ${undecided} are decided, too.`);
  return exitCodes.needsDecision;
}

function readOrdinals(text: string): readonly number[] {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text))
    throw new InvalidArgumentError('Ordinals are numbers with commas between them, such as 3,4,5.');
  return text.split(',').map(Number);
}
