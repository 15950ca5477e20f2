import { Option, type Command } from 'commander';

import { unknownOrdinals } from '../../domain/accounting/write-account.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { UnknownDecision } from '../../schemas/ledger-events.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { withOperator, type CliOperator } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';
import { resolveTransfer } from '../resolve-transfer.ts';
import { tellDeed } from '../tell-deed.ts';
import { textTable } from '../text-table.ts';
import { transfersOfBatch } from '../transfers-of-batch.ts';

interface DecideOptions {
  readonly decision?: UnknownDecision;
  readonly why?: string;
  readonly batch?: string;
}

/** `carryover decide`: decide about writes whose answer was lost, or list the transfers that have some. */
export const decide = defineCommand<DecideOptions>({
  afterFailure: 'Nothing was recorded.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'a transfer id, or at least 8 digits of one')
      .addOption(
        new Option('--decision <decision>', 'leave them unknown and close, or post them once more').choices([
          'accept',
          'resend',
        ]),
      )
      .option('--why <text>', 'the reason, in your own words; kept sealed')
      .option('--batch <batch>', 'list what needs a decision in this batch');
  },
  async run(context, { decision, why, batch }, [idOrPrefix]) {
    return withOperator(context, async (operator) => {
      if (batch !== undefined && idOrPrefix === undefined) return listUnknowns(context, operator, batch);
      if (idOrPrefix === undefined || decision === undefined || why === undefined || why.trim() === '')
        throw new CarryoverError('USAGE', 'Name a transfer, its --decision and --why, or --batch to list them.');
      const { transferId } = await resolveTransfer(operator, idOrPrefix);
      const recorded = await decideUnknowns(operator, { transferId, decision, why });
      return tellDeed(context, operator, { ...recorded, transferId, what: `Decision "${decision}"` });
    });
  },
});

async function listUnknowns({ out }: CommandContext, { ledger }: CliOperator, batch: string): Promise<ExitCode> {
  const { batchId } = await resolveBatch(ledger, batch);
  const transfers = [];
  for await (const { transferId, line, projection, updatedAt } of transfersOfBatch(ledger, batchId, [
    'needs-decision',
  ])) {
    const unknown = unknownOrdinals(projection.writes).length;
    transfers.push({ transferId, line, unknown, confirmed: projection.counts.confirmed, updatedAt });
  }
  const lines = transfers.map(({ transferId, line, unknown, confirmed, updatedAt }) => [
    transferId.slice(0, 12),
    line,
    unknown,
    confirmed,
    updatedAt,
  ]);
  const table = textTable([['transfer', 'line', 'unknown', 'confirmed', 'since'], ...lines]);
  out.result({ batchId, transfers }, transfers.length === 0 ? 'Nothing needs a decision.' : table);
  return transfers.length === 0 ? exitCodes.good : exitCodes.needsDecision;
}
