import { ActivityCancellationType, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';

import type { Activities, Bookkeeping } from '../activities/index.ts';
import { exchangeTaskQueue, sliceTaskQueue, type TransferInput } from '../schemas/transfer.ts';

/** Ledger work: no HTTP, a millisecond each, so it runs inside the workflow task and costs one marker in the history. */
export const bookkeeping = proxyLocalActivities<Bookkeeping>({
  startToCloseTimeout: '20 seconds',
  // The ledger may be busy or down for a while; after these tries the workflow task itself is tried again.
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds', maximumAttempts: 30 },
});

type Timeouts = Pick<TransferInput, 'counterpartId' | 'heartbeatTimeoutMs' | 'requestTimeoutMs'>;

/** Loading, validating and planning, and the mail: minutes at the most, a few tries; all of them within a time where it is given. */
export function preparationOf(
  input: Timeouts,
  withinMs?: number,
): Pick<Activities, 'prepare' | 'requestApproval' | 'remindOfApproval'> {
  return proxyActivities<Activities>({
    startToCloseTimeout: '15 minutes',
    ...(withinMs === undefined ? {} : { scheduleToCloseTimeout: Math.max(withinMs, 1) }),
    heartbeatTimeout: input.heartbeatTimeoutMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '2 minutes', maximumAttempts: 20 },
  });
}

/** A link's mail: tried again, ever more seldom, for as long as the link is waited for. */
export function linkMailsOf(input: Timeouts, withinMs: number): Pick<Activities, 'mailLink'> {
  return proxyActivities<Activities>({
    startToCloseTimeout: '15 minutes',
    scheduleToCloseTimeout: Math.max(withinMs, 1),
    heartbeatTimeout: input.heartbeatTimeoutMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 hour' },
  });
}

/**
 * Bundles or pages of one member. Tried again without end: the activity itself ends when the token's life does, and the
 * ledger keeps a second try from posting anything twice. A cancellation is looked at between two writes, never inside one.
 */
export function slicesOf(
  input: Timeouts,
  tokenLifeMs = Number.POSITIVE_INFINITY,
): Pick<Activities, 'postSlice' | 'readSlice'> {
  return proxyActivities<Activities>({
    taskQueue: sliceTaskQueue(workflowInfo().taskQueue, input.counterpartId),
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: input.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // The member whose token dies first goes first.
    priority: { priorityKey: priorityOf(tokenLifeMs) },
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
}

/** The exchange of a code, or of a kept refresh token: on a queue of its own, ahead of everything, and only as long as the code lives. */
export function exchangeOf(input: Timeouts, codeLifeMs: number): Pick<Activities, 'exchangeCode' | 'refreshFromKept'> {
  return proxyActivities<Activities>({
    taskQueue: exchangeTaskQueue(workflowInfo().taskQueue),
    scheduleToCloseTimeout: Math.max(codeLifeMs, 1),
    startToCloseTimeout: Math.max(Math.min(codeLifeMs, input.requestTimeoutMs * 2), 1),
    retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
  });
}

/** Temporal's priority, 1 to 5, lower first: one step for each half hour of a token's two hours. */
function priorityOf(tokenLifeMs: number): number {
  return Math.min(Math.max(Math.ceil(tokenLifeMs / (30 * 60_000)), 1), 5);
}
