import type { Command } from 'commander';

import { controlTransfer } from '../../operations/control-transfer.ts';
import type { ControlRequested } from '../../schemas/transfer.ts';
import { defineCommand, type CliCommand } from '../command.ts';
import { withOperator } from '../installation.ts';
import { resolveTransfer } from '../resolve-transfer.ts';
import { tellDeed } from '../tell-deed.ts';

/** `carryover pause`: nothing new begins; a write in flight ends first. */
export const pause = controlCommand('pause', 'Pause');

/** `carryover resume`: a paused transfer goes on where it stopped. */
export const resume = controlCommand('resume', 'Resumption');

/** `carryover cancel`: a write in flight ends first; then the transfer closes as cancelled. */
export const cancel = controlCommand('cancel', 'Cancellation');

function controlCommand(control: ControlRequested['control'], what: string): CliCommand<object> {
  return defineCommand<object>({
    afterFailure: 'Nothing was recorded.',
    configure(command: Command) {
      command.argument('<transfer>', 'a transfer id, or at least 8 digits of one');
    },
    async run(context, _options, [idOrPrefix = '']) {
      return withOperator(context, async (operator) => {
        const { transferId } = await resolveTransfer(operator, idOrPrefix);
        const recorded = await controlTransfer(operator, { transferId, control });
        return tellDeed(context, operator, { ...recorded, transferId, what });
      });
    },
  });
}
