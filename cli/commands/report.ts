import type { Command } from 'commander';

import { replaceFile } from '../../adapters/objects/atomic-file.ts';
import { reportText } from '../../domain/report/report-text.ts';
import { defineCommand } from '../command.ts';
import { withDataDir } from '../installation.ts';
import { exitCodeOf, reportOfBatch } from '../report-of-batch.ts';
import { resolveBatch } from '../resolve-batch.ts';

interface ReportOptions {
  readonly out?: string;
}

/** `carryover report`: the reconciled account of a batch. It holds no PHI. */
export const report = defineCommand<ReportOptions>({
  afterFailure: 'Nothing was changed.',
  configure(command: Command) {
    command
      .argument('<batch>', 'a batch id, or the first digits of one')
      .option('--out <file>', 'write it to a file: JSON where the name ends with .json, else text');
  },
  async run(context, { out: file }, [batch = '']) {
    return withDataDir(context, async ({ ledger }) => {
      const folded = await reportOfBatch(ledger, await resolveBatch(ledger, batch));
      const document = { verdict: folded.verdict, ...folded.report };
      const text = reportText(folded.report, folded.verdict);
      if (file !== undefined) {
        const content = file.endsWith('.json') ? JSON.stringify(document, undefined, 2) : text;
        await replaceFile(file, Buffer.from(`${content}\n`));
        context.out.note(`Written to ${file}.`);
      }
      context.out.result(document, text);
      return exitCodeOf[folded.verdict];
    });
  },
});
