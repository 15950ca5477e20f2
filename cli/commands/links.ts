import type { Command } from 'commander';

import { replaceFile } from '../../adapters/objects/atomic-file.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { csvLine } from '../../domain/report/csv-line.ts';
import { listLinks, type AuthorizationLink } from '../../operations/list-links.ts';
import { defineCommand } from '../command.ts';
import { requireProductionConfirmed } from '../counterpart-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { withOperator } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';

interface LinksOptions {
  readonly out?: string;
}

/** `carryover links`: the authorization links that members are to open, as CSV or JSON. A delivery in clear. */
export const links = defineCommand<LinksOptions>({
  afterFailure: 'No link was written.',
  configure(command: Command) {
    command
      .argument('<batch>', 'a batch id, or the first digits of one')
      .option('--out <file>', 'write them to a file that only you can read');
  },
  async run(context, { out: file }, [batch = '']) {
    return withOperator(context, async (operator) => {
      const { batchId } = await resolveBatch(operator.ledger, batch);
      requireProductionConfirmed(context, await frozenProfile(operator, batchId));
      const found: AuthorizationLink[] = [];
      for await (const link of listLinks(operator, batchId)) found.push(link);
      if (file === undefined) {
        context.out.result({ batchId, links: found }, csvOf(found).trimEnd());
        return exitCodes.good;
      }
      const content = context.options.json
        ? `${JSON.stringify({ batchId, links: found }, undefined, 2)}\n`
        : csvOf(found);
      await replaceFile(file, Buffer.from(content));
      context.out.result({ batchId, file, count: found.length }, `${found.length} links written to ${file}.`);
      return exitCodes.good;
    });
  },
});

function csvOf(found: readonly AuthorizationLink[]): string {
  const rows = found.map(({ rowId, email = '', url, expiresAt, mailed = '' }) =>
    csvLine([rowId, email, url, expiresAt, mailed]),
  );
  return [csvLine(['row_id', 'email', 'url', 'expires_at', 'mailed']), ...rows].join('');
}
