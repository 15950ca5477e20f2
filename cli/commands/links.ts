import type { Command } from 'commander';

import { replaceFile } from '../../adapters/objects/atomic-file.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { csvLine } from '../../domain/report/csv-line.ts';
import { listLinks, type AuthorizationLink } from '../../operations/list-links.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { requireProductionConfirmed } from '../counterpart-option.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { withOperator, type CliOperator } from '../installation.ts';
import { reissueLinks, type Reissued } from '../reissue-links.ts';
import { resolveBatch } from '../resolve-batch.ts';
import { resolveTransfer } from '../resolve-transfer.ts';

interface LinksOptions {
  readonly out?: string;
  /** True: of everybody in the batch who is waited for. */
  readonly reissue?: true | string;
}

/** `carryover links`: the authorization links that members are to open, as CSV or JSON; or fresh ones. A delivery in clear. */
export const links = defineCommand<LinksOptions>({
  afterFailure: 'No link was written. What was reissued before the failure is in `carryover links BATCH`.',
  configure(command: Command) {
    command
      .argument('[batch]', 'a batch id, or the first digits of one')
      .option('--reissue [transfer]', 'give this member, or everybody in the batch who is waited for, a fresh link')
      .option('--out <file>', 'write them to a file that only you can read');
  },
  async run(context, { out: file, reissue }, [batch]) {
    return withOperator(context, async (operator) => {
      const meant = await whichLinks(operator, batch, reissue);
      requireProductionConfirmed(context, await frozenProfile(operator, meant.batchId));
      if (reissue !== undefined)
        return tell(context, meant.batchId, file, await reissueLinks(context, operator, meant));
      const found = await Array.fromAsync(listLinks(operator, meant.batchId));
      return tell(context, meant.batchId, file, { links: found, exitCode: exitCodes.good });
    });
  },
});

async function whichLinks({ ledger }: CliOperator, batch: string | undefined, reissue: LinksOptions['reissue']) {
  const batchId = batch === undefined ? undefined : (await resolveBatch(ledger, batch)).batchId;
  if (typeof reissue === 'string') {
    const transfer = await resolveTransfer({ ledger }, reissue);
    if (batchId !== undefined && transfer.batchId !== batchId)
      throw new CarryoverError('TRANSFER_NOT_FOUND', 'The transfer is of another batch.');
    return { batchId: transfer.batchId, transfer };
  }
  if (batchId === undefined) throw new CarryoverError('USAGE', 'Name a batch, or a transfer after --reissue.');
  return { batchId };
}

type Told = Pick<Reissued, 'links' | 'exitCode'> & Partial<Reissued>;

async function tell(
  { out, options }: CommandContext,
  batchId: BatchId,
  file: string | undefined,
  { links: found, exitCode, ...more }: Told,
): Promise<ExitCode> {
  if (typeof more.notice === 'string' && !options.json) out.note(more.notice);
  const document = { batchId, ...more, links: found };
  if (file === undefined) {
    out.result(document, csvOf(found).trimEnd());
    return exitCode;
  }
  const content = options.json ? `${JSON.stringify({ batchId, links: found }, undefined, 2)}\n` : csvOf(found);
  await replaceFile(file, Buffer.from(content));
  out.result({ batchId, ...more, file, count: found.length }, `${found.length} links written to ${file}.`);
  return exitCode;
}

function csvOf(found: readonly AuthorizationLink[]): string {
  const rows = found.map(({ rowId, email = '', url, expiresAt, mailed = '' }) =>
    csvLine([rowId, email, url, expiresAt, mailed]),
  );
  return [csvLine(['row_id', 'email', 'url', 'expires_at', 'mailed']), ...rows].join('');
}
