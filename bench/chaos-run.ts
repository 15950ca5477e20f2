import { setTimeout as sleep } from 'node:timers/promises';

import type { ChaosSandbox } from './chaos-sandbox.ts';
import type { Kill } from './kill-schedule.ts';

/** A program that sends, as the killer sees it. */
export interface KillableSender {
  /** Resolves when something is being posted, so that a kill falls into it. */
  untilSending(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface KillRun {
  readonly name: string;
  readonly kills: readonly Kill[];
  readonly sender: KillableSender;
  readonly sandbox: ChaosSandbox;
  /** No kill after this instant, milliseconds since 1970. */
  readonly untilMs: number;
  readonly stopped: AbortSignal;
}

/** Kills as the schedule says, while something is sent, and starts again what it killed. Returns how many kills were made. */
export async function killAtRandom({ name, kills, sender, sandbox, untilMs, stopped }: KillRun): Promise<number> {
  const startedAt = performance.now();
  for (const [done, { waitMs, target, downMs }] of kills.entries()) {
    await sender.untilSending();
    await sleep(waitMs);
    if (Date.now() > untilMs || stopped.aborted) return done;
    const victims = { sender: [sender], sandbox: [sandbox], both: [sender, sandbox] }[target];
    await Promise.all(victims.map((victim) => victim.kill()));
    await sleep(downMs);
    await Promise.all(victims.map((victim) => victim.restart()));
    if ((done + 1) % 10 === 0) tell(name, done + 1, kills.length, startedAt);
  }
  return kills.length;
}

function tell(name: string, done: number, all: number, startedAt: number): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`${name}: ${done} of ${all} kills in ${seconds} s\n`);
}
