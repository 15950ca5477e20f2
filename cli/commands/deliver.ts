import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import { deliverBatch, type Delivered } from '../../adapters/delivery/deliver-batch.ts';
import { folderTarget } from '../../adapters/delivery/folder-target.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDataDir } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';

interface DeliverOptions {
  readonly out?: string;
}

/** `carryover deliver`: what is stored of a receive batch, written now: once more, or before its last row has ended. */
export const deliver = defineCommand<DeliverOptions>({
  afterFailure: 'An earlier delivery is as it was; nothing half-written has its name.',
  configure(command: Command) {
    command
      .argument('<batch>', 'a batch id, or the first digits of one')
      .option('--out <dir>', 'the folder of the delivery; else its place in the data directory');
  },
  async run(context, { out }, [idOrPrefix = '']) {
    return withDataDir(context, async ({ ledger, objects, paths }) => {
      const { batchId, direction, rows } = await resolveBatch(ledger, idOrPrefix);
      if (direction !== 'receive')
        throw new CarryoverError('USAGE', `Batch ${batchId} sends; only a receive batch has a delivery.`);
      const directory = out === undefined ? join(paths.deliveries, batchId) : resolve(out);
      const onMember = (count: number): void => context.out.progress(`${count} of ${rows ?? '?'} rows`);
      const target = folderTarget(directory);
      const delivered = await deliverBatch({ batchId, target, ledger, objects, onMember });
      context.out.result({ batchId, directory, ...delivered }, textOf(directory, delivered));
      return delivered.complete ? exitCodes.good : exitCodes.goesOn;
    });
  },
});

function textOf(directory: string, { complete, recorded, ended, stored, resources, outcomes }: Delivered): string {
  const rows = complete ? `all ${recorded} rows have ended` : `${ended} of ${recorded} rows have ended`;
  const more = complete
    ? ''
    : '\nThe batch goes on; its last row brings the delivery into the data directory by itself.';
  return `Delivered to ${directory}: ${resources} resources of ${stored} members, ${outcomes} outcomes; ${rows}.${more}`;
}
