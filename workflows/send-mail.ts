import type { ApprovalDecided, Resubmitted, TokenReceived, UnknownsDecided } from '../schemas/transfer.ts';
import type { Inbox, Queue } from './inbox.ts';
import { approvalDecided, resubmitted, tokenReceived, unknownsDecided } from './messages.ts';

/** What a send transfer may be told. */
export interface SendMail {
  readonly approvals: Queue<ApprovalDecided>;
  readonly resubmissions: Queue<Resubmitted>;
  readonly tokens: Queue<TokenReceived>;
  readonly decisions: Queue<UnknownsDecided>;
}

/** Registers the handlers of a send transfer, before its first `await`. */
export function openSendMail(inbox: Inbox): SendMail {
  return {
    approvals: inbox.collect(approvalDecided),
    resubmissions: inbox.collect(resubmitted),
    tokens: inbox.collect(tokenReceived),
    decisions: inbox.collect(unknownsDecided),
  };
}
