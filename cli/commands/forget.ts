import type { Command } from 'commander';

import type { DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { transfersOfBatch } from '../../adapters/ledger/transfers-of-batch.ts';
import { forgetMembers } from '../../operations/destroy-kept-tokens.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { actorName, withDataDir } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';
import { resolveTransfer } from '../resolve-transfer.ts';

interface ForgetOptions {
  readonly batch?: string;
}

/** `carryover forget`: destroys the refresh tokens that were kept for the next update of members, as when one withdraws. */
export const forget = defineCommand<ForgetOptions>({
  afterFailure: 'Tokens that were not destroyed yet are still kept; run it again.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'any transfer of the member: its id, or at least 8 digits of it')
      .option('--batch <batch>', 'all members of this batch');
  },
  async run(context, { batch }, [transfer]) {
    return withDataDir(context, async (dataDir) => {
      const destroyed = await forgetMembers({ ...dataDir, actor: actorName() }, membersMeant(dataDir, transfer, batch));
      context.out.result(
        { destroyed },
        `Destroyed ${destroyed} kept refresh tokens. The next update asks these members for authorization again.`,
      );
      return exitCodes.good;
    });
  },
});

async function* membersMeant(
  { ledger }: DataDir,
  transfer: string | undefined,
  batch: string | undefined,
): AsyncGenerator<Transfer> {
  if ((transfer === undefined) === (batch === undefined))
    throw new CarryoverError('USAGE', 'Name a transfer of the member, or a batch after --batch.');
  if (transfer !== undefined) yield await resolveTransfer({ ledger }, transfer);
  if (batch !== undefined) yield* transfersOfBatch(ledger, (await resolveBatch(ledger, batch)).batchId);
}
