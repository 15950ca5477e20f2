import { InvalidArgumentError, type Command } from 'commander';

import type { DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import type { Batch } from '../../adapters/ledger/batches.ts';
import { destroyKeptTooLong } from '../../operations/destroy-kept-tokens.ts';
import { nothingPurged, purgeBatch, type Purged } from '../../operations/purge-ended.ts';
import { defineCommand } from '../command.ts';
import { readDuration } from '../duration-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { actorName, withDataDir } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';

interface PurgeOptions {
  readonly olderThan: Age;
  readonly batch?: string;
  readonly policy?: string;
  readonly dryRun?: true;
}

interface Age {
  readonly text: string;
  readonly ms: number;
}

/** What ended today may still be looked at by its workflow, its delivery and the people who sent it. */
const shortestMs = 86_400_000;

/** `carryover purge`: removes sealed objects of transfers that ended long ago; ledger, hashes and reports stay. */
export const purge = defineCommand<PurgeOptions>({
  afterFailure:
    'What was removed is in the ledger; what was begun is finished by the next purge. Nothing that is open was touched.',
  configure(command: Command) {
    command
      .requiredOption(
        '--older-than <duration>',
        'only transfers that ended longer ago, such as 90d; at least 1d',
        readAge,
      )
      .option('--batch <batch>', 'only this batch; else every one')
      .option('--policy <name>', 'why: the name of your rule, which stands in the ledger; no member data', readPolicy)
      .option('--dry-run', 'say what would go, and remove nothing');
  },
  async run(context, { olderThan, batch, policy = `older-than-${olderThan.text}`, dryRun = false }) {
    return withDataDir(context, async (dataDir) => {
      const endedBefore = new Date(Date.now() - olderThan.ms).toISOString();
      const rule = { policy, endedBefore, dryRun };
      const show = ({ transfers, bytes }: Purged) => context.out.progress(`${transfers} transfers, ${bytes} bytes`);
      let purged = nothingPurged;
      for (const one of await batchesOf(dataDir, batch))
        purged = await purgeBatch({ ...dataDir, actor: actorName() }, one, rule, purged, show);
      const leftovers = await removeLeftovers(dataDir, Date.now(), dryRun);
      context.out.result(
        { ...rule, ...purged, ...leftovers },
        [textOf(purged, rule), ...leftoversText(leftovers)].join('\n'),
      );
      return purged.failed.length === 0 ? exitCodes.good : exitCodes.someBad;
    });
  },
});

interface Leftovers {
  /** Sealed files of writers that died more than a day ago. */
  readonly unfinishedFiles: number;
  /** Refresh tokens that were kept longer than they may serve. */
  readonly keptTokens: number;
}

async function removeLeftovers(dataDir: DataDir, nowMs: number, dryRun: boolean): Promise<Leftovers> {
  return {
    unfinishedFiles: await dataDir.objects.removeUnfinished(nowMs - shortestMs, { dryRun }),
    keptTokens: dryRun
      ? (await dataDir.secrets.keptTooLong(nowMs)).length
      : await destroyKeptTooLong({ ...dataDir, actor: actorName() }, nowMs),
  };
}

function leftoversText({ unfinishedFiles, keptTokens }: Leftovers): readonly string[] {
  const found = [
    ...(unfinishedFiles === 0 ? [] : [`${unfinishedFiles} unfinished files of writers that died`]),
    ...(keptTokens === 0 ? [] : [`${keptTokens} refresh tokens that were kept too long`]),
  ];
  return found.length === 0 ? [] : [`Also: ${found.join(', ')}.`];
}

async function batchesOf({ ledger }: DataDir, batch: string | undefined): Promise<readonly Batch[]> {
  return batch === undefined ? ledger.batches.list() : [await resolveBatch(ledger, batch)];
}

function readAge(text: string): Age {
  const ms = readDuration(text);
  if (ms < shortestMs) throw new InvalidArgumentError('At least 1d: what has just ended may still be needed.');
  return { text, ms };
}

function readPolicy(text: string): string {
  if (/^[\w.:#/ -]{1,80}$/.test(text)) return text;
  throw new InvalidArgumentError('A policy is at most 80 letters, digits, spaces or . : # / _ -');
}

function textOf(purged: Purged, rule: { readonly endedBefore: string; readonly dryRun: boolean }): string {
  const { transfers, finished, rosters, objects, bytes, leftAlone, failed } = purged;
  const { open, tooRecent, undecided, undelivered } = leftAlone;
  const lines = [
    `${rule.dryRun ? 'Would purge' : 'Purged'} ${transfers} transfers that ended before ${rule.endedBefore}, and ${rosters} rosters: ${objects} sealed objects, ${bytes} bytes.`,
    ...(finished === 0
      ? []
      : [`${finished} more had been begun by an earlier purge${rule.dryRun ? '.' : ', and are finished.'}`]),
    `Left alone: ${open} open, ${tooRecent} that ended later, ${undecided} with undecided unknowns, ${undelivered} of receive batches that are not delivered yet.`,
    ...failed.map(({ transferId, code }) => `Not purged: transfer ${transferId.slice(0, 12)}, ${code}.`),
    ...(rule.dryRun ? ['Nothing was removed.'] : []),
  ];
  return lines.join('\n');
}
