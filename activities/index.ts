import { closeBatch } from './batch/close-batch.ts';
import { deliverBatch } from './batch/deliver-batch.ts';
import { launchTransfers } from './batch/launch-transfers.ts';
import { pollBatch } from './batch/poll-batch.ts';
import { reconcileBatch } from './batch/reconcile-batch.ts';
import { sweepCommitted } from './batch/sweep-committed.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { closeReceive } from './receive/close-receive.ts';
import { exchangeCode } from './receive/exchange-code.ts';
import { issueLink } from './receive/issue-link.ts';
import { mailLink } from './receive/mail-link.ts';
import { readSlice } from './receive/read-slice.ts';
import { refreshFromKept } from './receive/refresh-from-kept.ts';
import { closeSend } from './send/close-send.ts';
import { endSendToken } from './send/end-send-token.ts';
import { postSlice } from './send/post-slice.ts';
import { prepare } from './send/prepare.ts';
import { remindOfApproval } from './send/remind-of-approval.ts';
import { reportUnknowns } from './send/report-unknowns.ts';
import { requestApproval } from './send/request-approval.ts';
import { translated } from './translate-failure.ts';

/** Work that touches the world: normal activities, few and long. */
export function createActivities(deps: ActivityDependencies) {
  return translated(deps.log, {
    prepare: prepare(deps),
    requestApproval: requestApproval(deps),
    remindOfApproval: remindOfApproval(deps),
    postSlice: postSlice(deps),
    mailLink: mailLink(deps),
    exchangeCode: exchangeCode(deps),
    refreshFromKept: refreshFromKept(deps),
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
    endToken: endSendToken(deps),
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
