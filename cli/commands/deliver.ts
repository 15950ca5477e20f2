import type { Command } from 'commander';

import { deliverBatch, type Delivered } from '../../adapters/delivery/deliver-batch.ts';
import {
  deliveryPlace,
  deliveryTarget,
  placeName,
  placeOfBatch,
  placeOfDeliveries,
} from '../../adapters/delivery/delivery-place.ts';
import { refuseDebugLogging } from '../../adapters/http/refuse-debug-logging.ts';
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
  afterFailure:
    'An earlier delivery is as it was, or the new one is whole in its place; nothing half-written has its name.',
  configure(command: Command) {
    command
      .argument('<batch>', 'a batch id, or the first digits of one')
      .option('--out <place>', 'the folder of the delivery, or s3://bucket/prefix; else where a worker would put it');
  },
  async run(context, { out }, [idOrPrefix = '']) {
    return withDataDir(context, async ({ ledger, objects, paths }) => {
      const { batchId, direction, rows } = await resolveBatch(ledger, idOrPrefix);
      if (direction !== 'receive')
        throw new CarryoverError('USAGE', `Batch ${batchId} sends; only a receive batch has a delivery.`);
      const { deliveries: spoolDir } = paths;
      const place =
        out === undefined
          ? placeOfBatch(placeOfDeliveries(undefined, context.env, spoolDir), batchId)
          : deliveryPlace(out, context.env);
      if (place.kind === 's3') refuseDebugLogging(context.env);
      const directory = placeName(place);
      const onMember = (count: number): void => context.out.progress(`${count} of ${rows ?? '?'} rows`);
      const target = deliveryTarget(place, { batchId, spoolDir });
      const delivered = await deliverBatch({ batchId, target, ledger, objects, onMember });
      context.out.result({ batchId, directory, ...delivered }, textOf(directory, delivered));
      return delivered.complete ? exitCodes.good : exitCodes.goesOn;
    });
  },
});

function textOf(directory: string, { complete, recorded, ended, stored, resources, outcomes }: Delivered): string {
  const rows = complete ? `all ${recorded} rows have ended` : `${ended} of ${recorded} rows have ended`;
  const more = complete ? '' : '\nThe batch goes on; when its last row has ended, a worker delivers it by itself.';
  return `Delivered to ${directory}: ${resources} resources of ${stored} members, ${outcomes} outcomes; ${rows}.${more}`;
}
