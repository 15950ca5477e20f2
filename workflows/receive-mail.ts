import type { AuthorizationDenied, CodeReceived, LinkReissued } from '../schemas/transfer.ts';
import type { Inbox, Queue } from './inbox.ts';
import { authorizationDenied, codeReceived, linkReissued } from './messages.ts';

/** What a receive transfer may be told. */
export interface ReceiveMail {
  readonly codes: Queue<CodeReceived>;
  readonly denials: Queue<AuthorizationDenied>;
  readonly reissues: Queue<LinkReissued>;
}

/** Registers the handlers of a receive transfer, before its first `await`. */
export function openReceiveMail(inbox: Inbox): ReceiveMail {
  return {
    codes: inbox.collect(codeReceived),
    denials: inbox.collect(authorizationDenied),
    reissues: inbox.collect(linkReissued),
  };
}
