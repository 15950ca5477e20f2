import { join } from 'node:path';

import type { Reconciled } from './reconcile.ts';
import type { Run } from './run.ts';

/** Where everything is after the run, and how to look further. */
export function whereToLook({ options, places, webUi }: Run, { send }: Reconciled): string {
  const show = `node cli/bin.js show --batch ${send.batchId} --row row-04 --data-dir ${places.data}`;
  return `
Where to look
  report      ${places.reportText} and report.json beside it
  ledger      ${join(places.data, 'ledger.sqlite')}
  deliveries  ${join(places.data, 'deliveries')} (the received records, in clear; everything else about people is sealed)
  logs        ${places.logs}
  one member  ${show}
${webUiLine(options.keep, webUi)}  to delete   rm -r ${places.root}
${options.keep ? '\nEverything is still running. Press Ctrl-C to stop it.' : ''}`;
}

function webUiLine(keep: boolean, webUi: string | undefined): string {
  if (webUi === undefined) return '';
  return `  Temporal    ${keep ? `${webUi}/namespaces/default/workflows` : `its Web UI was at ${webUi}; with \`npm start -- --keep\` it stays`}\n`;
}
