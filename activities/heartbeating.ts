import { Context } from '@temporalio/activity';

/** Runs work while heartbeats go out on a timer, so that a slow write never looks like a dead worker. */
export async function heartbeating<Result>(run: (beat: Heartbeats) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timeoutMs = context.info.heartbeatTimeoutMs ?? 30_000;
  let details: unknown = context.info.heartbeatDetails;
  const timer = setInterval(() => context.heartbeat(details), Math.max(timeoutMs / 4, 50));
  try {
    return await run({
      earlier: details,
      get cancelled() {
        return context.cancellationSignal.aborted;
      },
      report(progress) {
        details = progress;
        context.heartbeat(progress);
      },
    });
  } finally {
    clearInterval(timer);
  }
}

export interface Heartbeats {
  /** The details that an earlier attempt of this activity reported last. */
  readonly earlier: unknown;
  /** True once Temporal told this attempt to stop. It is looked at between two writes only. */
  readonly cancelled: boolean;
  report(progress: unknown): void;
}
