import type { Command } from 'commander';

import { reportText } from '../domain/report/report-text.ts';
import { launchBatch, type Launched } from '../operations/launch-batch.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { BatchId, CounterpartId, Direction } from '../schemas/ids.ts';
import { defineCommand, type CliCommand, type CommandContext } from './command.ts';
import { loadCounterpart, requireProductionConfirmed } from './counterpart-option.ts';
import { readDuration } from './duration-option.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { followBatch } from './follow-batch.ts';
import { withOperator, type CliOperator } from './installation.ts';
import { withFile } from './naming-file.ts';
import { exitCodeOf, reportOfBatch } from './report-of-batch.ts';
import { resolveBatch } from './resolve-batch.ts';
import { addSourceOptions, sourceOfLaunch, type SourceOptions } from './source-option.ts';
import { warnWithoutEvidence } from './tell-onboarding.ts';
import { isWorkerPolling, workerNotice } from './worker-polling.ts';

interface LaunchOptions extends SourceOptions {
  readonly roster: string;
  readonly counterpart: string;
  /** To receive: the batch that it follows, where one is named. */
  readonly again?: boolean | string;
  /** `true` without a duration: until the end. Else milliseconds. */
  readonly wait?: true | number;
}

/** What a launch says with --json, without --wait. */
interface LaunchDocument extends Launched {
  readonly direction: Direction;
  readonly counterpartId: string;
  /** Null where Temporal cannot be asked. */
  readonly workerPolling: boolean | null;
}

/** `carryover send` and `carryover receive`: launch a batch over a roster, and follow it where asked. */
export function launchCommand(direction: Direction): CliCommand<LaunchOptions> {
  return defineCommand<LaunchOptions>({
    afterFailure: 'No new batch was started.',
    configure(command: Command) {
      const again = againOption[direction];
      command
        .requiredOption('--roster <file>', 'the roster, CSV, plain or gzip')
        .requiredOption('--counterpart <profile>', 'a name in the counterparts folder, or a path to a .toml file')
        .option(again.flags, again.meaning)
        .option('--wait [duration]', 'follow the batch to its end, or for so long (such as 10m)', readDuration);
      if (direction === 'send') addSourceOptions(command);
    },
    async run(context, options) {
      const profile = await loadCounterpart(context, options.counterpart);
      requireProductionConfirmed(context, profile.profile);
      const { roster: rosterFile, again = false } = options;
      const launch = {
        direction,
        profile,
        rosterFile,
        again: again !== false,
        ...(await sourceOfLaunch(context, options)),
      };
      return withOperator(
        context,
        async (operator) => {
          const follows = await earlierBatch(operator, profile.profile.id, again);
          const launched = await launchBatch(operator, { ...launch, ...follows }).catch((error: unknown) => {
            throw withFile(error, rosterFile);
          });
          if (direction === 'send') await warnWithoutEvidence(context.out, operator.ledger, profile.profile.id);
          const workerPolling = (await isWorkerPolling(operator.asked)) ?? null;
          const document = { ...launched, direction, counterpartId: profile.profile.id, workerPolling };
          return options.wait === undefined
            ? tellLaunched(context, document)
            : tellEnd(context, operator, document, options.wait === true ? undefined : options.wait);
        },
        { create: true },
      );
    },
  });
}

const againOption = {
  send: { flags: '--again', meaning: 'launch a roster that was launched before once more, on purpose' },
  receive: {
    flags: '--again [batch]',
    meaning: 'what has changed since an earlier batch: this one, or whatever came last of each member',
  },
} as const;

/** The batch that `--again` names. Throws BATCH_NOT_FOUND, and USAGE where it is none that received from this counterpart. */
async function earlierBatch(
  { ledger }: CliOperator,
  counterpartId: CounterpartId,
  again: boolean | string,
): Promise<{ readonly earlierBatchId?: BatchId }> {
  if (typeof again === 'boolean') return {};
  const batch = await resolveBatch(ledger, again);
  if (batch.direction !== 'receive' || batch.counterpartId !== counterpartId)
    throw new CarryoverError('USAGE', `Batch ${batch.batchId} did not receive from ${counterpartId}.`);
  return { earlierBatchId: batch.batchId };
}

function tellLaunched({ out }: CommandContext, document: LaunchDocument): ExitCode {
  out.result(document, [launchedText(document), nextText(document)].join('\n'));
  return document.started ? exitCodes.good : exitCodes.goesOn;
}

async function tellEnd(
  { out }: CommandContext,
  { ledger }: CliOperator,
  document: LaunchDocument,
  waitMs: number | undefined,
): Promise<ExitCode> {
  out.note(launchedText(document));
  const { batchId } = document;
  const followed = await followBatch({ ledger, out }, batchId, waitMs);
  const { report, verdict } = await reportOfBatch(ledger, await ledger.batches.get(batchId));
  if (followed !== 'ended') out.note(`Work on batch ${batchId} goes on without this command.`);
  out.result({ ...document, waited: followed, verdict, report }, reportText(report, verdict));
  if (followed === 'detached') return exitCodes.detached;
  return followed === 'time-over' && verdict !== 'does-not-add-up' ? exitCodes.goesOn : exitCodeOf[verdict];
}

function launchedText({ batchId, rows, started, workerPolling }: LaunchDocument): string {
  const notice = workerNotice(started ? (workerPolling ?? undefined) : undefined);
  const launched = `Batch ${batchId} with ${rows} rows is ${started ? 'started' : 'recorded'}.`;
  return notice === undefined ? launched : `${launched}\n${notice}`;
}

function nextText({ batchId, direction }: LaunchDocument): string {
  const next = [`carryover status ${batchId}`, `carryover report ${batchId}`];
  return ['Next:', ...(direction === 'receive' ? [`carryover links ${batchId}`, ...next] : next)].join('\n  ');
}
