import { closeBatch } from './close-batch.ts';
import { closeReceive } from './close-receive.ts';
import { closeSend } from './close-send.ts';
import { deliverBatch } from './deliver-batch.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { endToken } from './end-token.ts';
import { exchangeCode } from './exchange-code.ts';
import { issueLink } from './issue-link.ts';
import { launchTransfers } from './launch-transfers.ts';
import { pollBatch } from './poll-batch.ts';
import { postSlice } from './post-slice.ts';
import { prepare } from './prepare.ts';
import { readSlice } from './read-slice.ts';
import { reconcileBatch } from './reconcile-batch.ts';
import { reportUnknowns } from './report-unknowns.ts';
import { requestApproval } from './request-approval.ts';
import { sweepCommitted } from './sweep-committed.ts';
import { translated } from './translate-failure.ts';

/** Work that touches the world: normal activities, few and long. */
export function createActivities(deps: ActivityDependencies) {
  return translated(deps.log, {
    prepare: prepare(deps),
    requestApproval: requestApproval(deps),
    postSlice: postSlice(deps),
    exchangeCode: exchangeCode(deps),
    readSlice: readSlice(deps),
    launchTransfers: launchTransfers(deps),
    reconcileBatch: reconcileBatch(deps),
    deliverBatch: deliverBatch(deps),
  });
}

/** Ledger work: local activities, a millisecond each. */
export function createBookkeeping(deps: ActivityDependencies) {
  return translated(deps.log, {
    issueLink: issueLink(deps),
    endToken: endToken(deps),
    reportUnknowns: reportUnknowns(deps),
    closeSend: closeSend(deps),
    closeReceive: closeReceive(deps),
    pollBatch: pollBatch(deps),
    closeBatch: closeBatch(deps),
    sweepCommitted: sweepCommitted(deps),
  });
}

export type Activities = ReturnType<typeof createActivities>;
export type Bookkeeping = ReturnType<typeof createBookkeeping>;
