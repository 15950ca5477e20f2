import { CancellationScope, patched } from '@temporalio/workflow';

import type { ReceiveMemberInput } from '../schemas/transfer.ts';
import type { Inbox } from './inbox.ts';
import { linkMailsOf } from './policies.ts';

/** A link that the member is waited for with. */
export interface AwaitedLink {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** How long a signal may take to follow its event in the ledger before the mail looks again. */
const signalDelayMs = 2_000;

/**
 * Has the link mailed while `work` waits for the member. A mail that cannot go keeps nobody waiting and ends nothing: the member may
 * have the link from somebody else, and `carryover links` says what became of the mail.
 */
export async function whileMailing<Result>(
  input: ReceiveMemberInput,
  link: AwaitedLink,
  inbox: Inbox,
  work: () => Promise<Result>,
): Promise<Result> {
  if (input.mailsLinks !== true || !patched('link-mails')) return work();
  const scope = new CancellationScope();
  const mailing = scope.run(() => mailLink(input, link, inbox)).catch(() => undefined);
  try {
    return await work();
  } finally {
    scope.cancel();
    await mailing;
  }
}

async function mailLink(input: ReceiveMemberInput, { revision, deadlineMs }: AwaitedLink, inbox: Inbox): Promise<void> {
  const leftMs = () => deadlineMs - Date.now();
  for (;;) {
    const which = { transferId: input.transferId, revision, reminder: 0 };
    const { outcome } = await linkMailsOf(input, leftMs()).mailLink(which);
    if (outcome !== 'paused') return;
    // The ledger knows already; its signal may be a moment behind.
    await inbox.wait(() => inbox.paused, signalDelayMs);
    await inbox.whilePaused(() => false, leftMs());
  }
}
