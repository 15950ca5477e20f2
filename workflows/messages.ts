import { defineQuery, defineSignal } from '@temporalio/workflow';

import type {
  ApprovalDecided,
  AuthorizationDenied,
  CodeReceived,
  ControlRequested,
  LinkReissued,
  Resubmitted,
  TokenReceived,
  TransferProgress,
  UnknownsDecided,
} from '../schemas/transfer.ts';

// Every signal was committed to the ledger before it is sent, and carries references only.
export const approvalDecided = defineSignal<[ApprovalDecided]>('approvalDecided');
export const resubmitted = defineSignal<[Resubmitted]>('resubmitted');
export const tokenReceived = defineSignal<[TokenReceived]>('tokenReceived');
export const codeReceived = defineSignal<[CodeReceived]>('codeReceived');
export const authorizationDenied = defineSignal<[AuthorizationDenied]>('authorizationDenied');
export const linkReissued = defineSignal<[LinkReissued]>('linkReissued');
export const unknownsDecided = defineSignal<[UnknownsDecided]>('unknownsDecided');
export const controlRequested = defineSignal<[ControlRequested]>('controlRequested');

/** Which deeds the workflow has taken. A query, so that asking leaves nothing in the history. */
export const progress = defineQuery<TransferProgress>('progress');
