import type { Command } from 'commander';

import { resubmit as resubmitTransfer } from '../../operations/resubmit.ts';
import { rosterColumns } from '../../schemas/roster.ts';
import { defineCommand } from '../command.ts';
import { withOperator } from '../installation.ts';
import { readCorrections } from '../read-corrections.ts';
import { resolveTransfer } from '../resolve-transfer.ts';
import { tellDeed } from '../tell-deed.ts';

interface ResubmitOptions {
  readonly corrections?: string;
}

/** `carryover resubmit`: ask for the review again, with corrected data where the reviewer asked for changes. */
export const resubmit = defineCommand<ResubmitOptions>({
  afterFailure: 'Nothing was recorded.',
  configure(command: Command) {
    command
      .argument('<transfer>', 'a transfer id, or at least 8 digits of one')
      .option('--corrections <file>', `CSV with one row; given cells replace: ${rosterColumns.join(', ')}`);
  },
  async run(context, { corrections: file }, [idOrPrefix = '']) {
    return withOperator(context, async (operator) => {
      const transfer = await resolveTransfer(operator, idOrPrefix);
      const { transferId } = transfer;
      const corrections = file === undefined ? {} : await readCorrections(operator, transfer, file);
      const recorded = await resubmitTransfer(operator, { transferId, corrections });
      return tellDeed(context, operator, { ...recorded, transferId, what: 'Resubmission' });
    });
  },
});
