import { CancellationScope } from '@temporalio/workflow';

import type { ReceiveMemberInput, TransferResult } from '../schemas/transfer.ts';
import { authorizationFromKept } from './authorization-from-kept.ts';
import { failureCodeOf } from './failure-code.ts';
import { openInbox } from './inbox.ts';
import { obtainAuthorization } from './obtain-authorization.ts';
import { bookkeeping } from './policies.ts';
import { readRecord } from './read-record.ts';
import { openReceiveMail } from './receive-mail.ts';
import { showState } from './show-state.ts';

/**
 * One member's record from the counterpart: a link that the member opens in a browser, a code that lives five minutes, a
 * token, then FHIR reads (seed, "Receive Payer-to-Payer Data"). Whatever goes wrong after the link leads to a new link, to
 * an end with a reason, never to a stuck transfer. An update may begin with a refresh token that was kept.
 */
export async function receiveMember(input: ReceiveMemberInput): Promise<TransferResult> {
  const inbox = openInbox();
  const mail = openReceiveMail(inbox);

  return CancellationScope.nonCancellable(async () => {
    try {
      for (let kept = await authorizationFromKept(input, inbox); ; kept = undefined) {
        if (kept === undefined) inbox.step('awaiting authorization');
        const authorization = kept ?? (await obtainAuthorization(input, inbox, mail));
        if (authorization.kind !== 'granted') return await close(input, authorization);

        inbox.step('reading');
        const read = await readRecord(input, inbox, authorization);
        if (read !== 'token needed') return await close(input, read);
      }
    } catch (error) {
      return await close(input, { kind: 'failed', reason: failureCodeOf(error) });
    }
  });
}

type ReceiveEnd = Parameters<typeof bookkeeping.closeReceive>[0]['end'];

async function close(input: ReceiveMemberInput, end: ReceiveEnd): Promise<TransferResult> {
  const result = await bookkeeping.closeReceive({ transferId: input.transferId, end });
  showState(result.state);
  return result;
}
