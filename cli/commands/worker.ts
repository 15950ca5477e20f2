import type { Command } from 'commander';

import { dataDirPaths } from '../../adapters/data-dir/open-data-dir.ts';
import { placeOfDeliveries } from '../../adapters/delivery/delivery-place.ts';
import { refuseDebugLogging } from '../../adapters/http/refuse-debug-logging.ts';
import { defineCommand } from '../command.ts';
import { loadCounterparts, requireProductionConfirmed } from '../counterpart-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { dataDirRoot } from '../installation.ts';
import { openLog } from '../open-log.ts';
import { untilStopped } from '../until-stopped.ts';

interface WorkerOptions {
  readonly deliverTo?: string;
  readonly counterpart?: readonly string[];
}

/** `carryover worker`: do the work of every transfer, until SIGTERM or Ctrl-C; writes in flight end first. */
export const worker = defineCommand<WorkerOptions>({
  afterFailure: 'No worker is running here; what was recorded goes on with the next one.',
  configure(command: Command) {
    command
      .option(
        '--counterpart <profile...>',
        'names or paths of the counterparts to serve (else every profile in the counterparts folder)',
      )
      .option(
        '--deliver-to <place>',
        'a folder or s3://bucket/prefix for the deliveries, one below it a batch (else CARRYOVER_DELIVER_TO)',
      );
  },
  async run(context, { counterpart = [], deliverTo }) {
    refuseDebugLogging(context.env);
    const dataDir = dataDirRoot(context);
    const place = placeOfDeliveries(deliverTo, context.env, dataDirPaths(dataDir).deliveries);
    const loaded = await loadCounterparts(context, counterpart);
    for (const { profile } of loaded) requireProductionConfirmed(context, profile);
    const { runWorker } = await import('../../worker/main.ts');
    const running = await runWorker({
      dataDir,
      deliverTo: place,
      log: openLog(context, 'worker'),
      profiles: loaded.map(({ profile }) => profile),
      ...(context.options.temporal === undefined ? {} : { address: context.options.temporal }),
    });
    await untilStopped(running);
    return exitCodes.good;
  },
});
