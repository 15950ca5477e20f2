import { once } from 'node:events';

import { DemoFailure } from './demo-failure.ts';

/** Ctrl-C, or SIGTERM. */
export class Interrupted extends Error {}

/** What ends the demo before its own end. */
export interface Interruption {
  /** Aborted by Ctrl-C, by `fail`, and when the time is over. */
  readonly signal: AbortSignal;
  /** Ends the demo from elsewhere, such as when a part of it has ended by itself. */
  fail(reason: DemoFailure): void;
  /** The report is there: time does not count any more. */
  forgetDeadline(): void;
  /** Waits for Ctrl-C. Throws the reason where something else ends the demo. */
  untilInterrupted(): Promise<void>;
}

/** Listens for Ctrl-C and SIGTERM. A second Ctrl-C ends at once; the guards of the parts end them then. */
export function openInterruption(deadlineMs: number): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const onSignal = () => {
    if (signal.aborted) process.exit(130);
    controller.abort(new Interrupted());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const late = new DemoFailure(`It was not done after ${deadlineMs / 60_000} minutes; all data are kept.`);
  const deadline = setTimeout(() => controller.abort(late), deadlineMs).unref();
  return {
    signal,
    fail: (reason) => controller.abort(reason),
    forgetDeadline: () => clearTimeout(deadline),
    async untilInterrupted() {
      if (!signal.aborted) await once(signal, 'abort');
      if (!(signal.reason instanceof Interrupted)) throw signal.reason;
    },
  };
}
