import { CancellationScope, condition, setHandler, type SignalDefinition } from '@temporalio/workflow';

import type { DeedId } from '../schemas/ids.ts';
import type { TransferProgress } from '../schemas/transfer.ts';
import { controlRequested, progress } from './messages.ts';

/** What people and the other side did, in the order in which it came; each deed is taken once. */
export interface Inbox {
  readonly paused: boolean;
  readonly cancelled: boolean;
  /** Names the step for the `progress` query. */
  step(name: string): void;
  /** Collects a signal under its own queue. Call it before the first `await`, so that early signals are kept. */
  collect<Message extends Deed>(definition: SignalDefinition<[Message]>): Queue<Message>;
  /** Waits until one of the queues holds something, or somebody cancels, or the time is up. A duration of 0 does not wait. */
  wait(ready: () => boolean, timeoutMs: number | 'for ever'): Promise<'ready' | 'cancelled' | 'timeout'>;
  /** Waits until a time, milliseconds since 1970, unless somebody pauses or cancels, or something else comes. */
  waitUntil(atMs: number, unless?: () => boolean): Promise<void>;
  /** Waits while people have paused the transfer; a pause has no time-out of its own. */
  whilePaused(until: () => boolean, timeoutMs: number): Promise<void>;
}

export interface Queue<Message> {
  readonly size: number;
  take(): Message | undefined;
  /** The newest one; the older ones are superseded. */
  takeNewest(): Message | undefined;
  /** Puts back what is still good; anything newer supersedes it. */
  putBack(message: Message): void;
}

interface Deed {
  readonly deedId: DeedId;
}

/** Opens the inbox of a transfer workflow: registers the control signal and the query. */
export function openInbox(): Inbox {
  const taken = new Set<DeedId>();
  const state = { paused: false, cancelled: false, step: 'started' };

  // A payload that was not sealed by us is decoded to a sentinel without a deed id: it is ignored, never obeyed.
  const isNew = (message: Partial<Deed> | undefined): message is Deed => {
    if (typeof message?.deedId !== 'string' || taken.has(message.deedId)) return false;
    taken.add(message.deedId);
    return true;
  };

  setHandler(controlRequested, (message) => {
    if (!isNew(message)) return;
    if (message.control === 'cancel') state.cancelled = true;
    else state.paused = message.control === 'pause';
  });
  setHandler(progress, (): TransferProgress => ({ step: state.step, deedsTaken: [...taken] }));
  // A Temporal cancellation is the same wish as ours; it is looked at between steps, so that no write is torn.
  CancellationScope.current().cancelRequested.catch(() => {
    state.cancelled = true;
  });

  return {
    get paused() {
      return state.paused;
    },
    get cancelled() {
      return state.cancelled;
    },
    step(name) {
      state.step = name;
    },
    collect<Message extends Deed>(definition: SignalDefinition<[Message]>): Queue<Message> {
      const messages: Message[] = [];
      setHandler(definition, (message) => {
        if (isNew(message)) messages.push(message);
      });
      return {
        get size() {
          return messages.length;
        },
        take: () => messages.shift(),
        takeNewest: () => messages.splice(0).at(-1),
        putBack: (message) => void messages.unshift(message),
      };
    },
    async wait(ready, timeoutMs) {
      const happened = () => ready() || state.cancelled;
      if (!happened()) {
        if (timeoutMs === 'for ever') await condition(happened);
        else if (timeoutMs > 0) await condition(happened, timeoutMs);
      }
      if (state.cancelled) return 'cancelled';
      return ready() ? 'ready' : 'timeout';
    },
    async waitUntil(atMs, unless = () => false) {
      const over = () => state.paused || state.cancelled || unless();
      if (!over() && atMs > Date.now()) await condition(over, atMs - Date.now());
    },
    async whilePaused(until, timeoutMs) {
      const over = () => !state.paused || state.cancelled || until();
      if (!over() && timeoutMs > 0) await condition(over, timeoutMs);
    },
  };
}
