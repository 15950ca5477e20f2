import { Option, type Command } from 'commander';

import { recordApproval } from '../../operations/record-approval.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { ApprovalDecision } from '../../schemas/ledger-events.ts';
import { defineCommand } from '../command.ts';
import { doDeedsFromTable } from '../deeds-from-table.ts';
import { withOperator } from '../installation.ts';
import { oneOf } from '../one-of.ts';
import { resolveTransfer } from '../resolve-transfer.ts';
import { tellDeed } from '../tell-deed.ts';

interface ApproveOptions {
  readonly decision?: ApprovalDecision;
  readonly csv?: string;
  readonly batch?: string;
}

const decisions: readonly ApprovalDecision[] = ['approve', 'changes', 'clarify', 'refuse'];

/** `carryover approve`: record the outcome of the counterpart's review, for one transfer or for many. */
export const approve = defineCommand<ApproveOptions>({
  afterFailure: 'Nothing was recorded.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'a transfer id, or at least 8 digits of one')
      .addOption(new Option('--decision <decision>', 'what the review came to').choices(decisions))
      .option('--csv <file>', 'many at once: columns row_id or transfer_id, decision')
      .option('--batch <batch>', 'the batch of the row ids in the file');
  },
  async run(context, { decision, csv, batch }, [idOrPrefix]) {
    return withOperator(context, async (operator) => {
      if (csv !== undefined) {
        return doDeedsFromTable(context, operator, {
          file: csv,
          ...(batch === undefined ? {} : { batch }),
          columns: ['decision'],
          act: ({ transferId }, { cells }) =>
            recordApproval(operator, { transferId, decision: oneOf('decision', decisions, cells['decision']) }),
        });
      }
      if (idOrPrefix === undefined || decision === undefined)
        throw new CarryoverError('USAGE', 'Name a transfer and its --decision, or a --csv file.');
      const { transferId } = await resolveTransfer(operator, idOrPrefix);
      const recorded = await recordApproval(operator, { transferId, decision });
      return tellDeed(context, operator, { ...recorded, transferId, what: `Review "${decision}"` });
    });
  },
});
