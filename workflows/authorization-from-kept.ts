import { patched } from '@temporalio/workflow';

import type { ReceiveMemberInput } from '../schemas/transfer.ts';
import { isOverdue, isTimeout } from './failure-code.ts';
import type { Inbox } from './inbox.ts';
import type { Authorization } from './obtain-authorization.ts';
import { exchangeOf } from './policies.ts';

/** How long a counterpart that cannot be reached is asked before the member gets a link. */
const patienceMs = 2 * 60_000;

/**
 * An update goes on with the refresh token that was kept of the member's last transfer, where there is one. Undefined: there is none
 * that is good any more, and the member gets a link.
 */
export async function authorizationFromKept(
  input: ReceiveMemberInput,
  inbox: Inbox,
): Promise<Authorization | undefined> {
  if (input.mayHaveKeptToken !== true || !patched('kept-refresh-token')) return undefined;
  inbox.step('using the kept refresh token');
  try {
    const refreshed = await exchangeOf(input, patienceMs).refreshFromKept({ transferId: input.transferId });
    if (inbox.cancelled) return { kind: 'cancelled' };
    if (refreshed.kind === 'client-rejected') return { kind: 'failed', reason: 'CLIENT_REJECTED' };
    return refreshed.kind === 'granted' ? refreshed : undefined;
  } catch (error) {
    // Nobody has seen the token, but the counterpart cannot be reached or asks for more patience than that.
    if (isTimeout(error) || isOverdue(error)) return undefined;
    throw error;
  }
}
