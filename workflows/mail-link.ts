import { CancellationScope, patched, sleep } from '@temporalio/workflow';

import type { Activities } from '../activities/index.ts';
import type { ReceiveMemberInput } from '../schemas/transfer.ts';
import type { Inbox } from './inbox.ts';
import { linkMailsOf } from './policies.ts';

type LinkMailOutcome = Awaited<ReturnType<Activities['mailLink']>>['outcome'];

/** A link that the member is waited for with. */
export interface AwaitedLink {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** How long a signal may take to follow its event in the ledger before the mail looks again. */
const signalDelayMs = 2_000;

/**
 * Has the link mailed, and the member reminded of it, while `work` waits for the member. A mail that cannot go keeps nobody waiting
 * and ends nothing: the member may have the link from somebody else, and `carryover links` says what became of the mail.
 */
export async function whileMailing<Result>(
  input: ReceiveMemberInput,
  link: AwaitedLink,
  inbox: Inbox,
  work: () => Promise<Result>,
): Promise<Result> {
  if (input.mailsLinks !== true || !patched('link-mails')) return work();
  const scope = new CancellationScope();
  const mailing = scope.run(() => mailAndRemind(input, link, inbox)).catch(() => undefined);
  try {
    return await work();
  } finally {
    scope.cancel();
    await mailing;
  }
}

async function mailAndRemind(input: ReceiveMemberInput, link: AwaitedLink, inbox: Inbox): Promise<void> {
  const outcome = await mailLink(input, link, inbox);
  if (!(outcome in mayBeThere)) return;
  const { everyMs, atMost } = input.linkReminders ?? { everyMs: 0, atMost: 0 };
  for (let reminder = 1; reminder <= atMost && everyMs < leftMs(link); reminder += 1) {
    await sleep(everyMs);
    await mail(input, link, reminder);
  }
}

/** Who was never mailed a link is not reminded of it. */
const mayBeThere: Readonly<Partial<Record<LinkMailOutcome, true>>> = { accepted: true, written: true, unknown: true };

async function mailLink(input: ReceiveMemberInput, link: AwaitedLink, inbox: Inbox): Promise<LinkMailOutcome> {
  for (;;) {
    const outcome = await mail(input, link, 0);
    if (outcome !== 'paused') return outcome;
    // The ledger knows already; its signal may be a moment behind.
    await inbox.wait(() => inbox.paused, signalDelayMs);
    await inbox.whilePaused(() => false, leftMs(link));
  }
}

async function mail(input: ReceiveMemberInput, link: AwaitedLink, reminder: number): Promise<LinkMailOutcome> {
  const which = { transferId: input.transferId, revision: link.revision, reminder };
  return (await linkMailsOf(input, leftMs(link)).mailLink(which)).outcome;
}

const leftMs = ({ deadlineMs }: AwaitedLink): number => deadlineMs - Date.now();
