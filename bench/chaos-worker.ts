import { setTimeout as sleep } from 'node:timers/promises';

import type { World } from '../test/support/open-world.ts';
import type { KillableSender } from './chaos-run.ts';

/** How long to wait for a post before the kill is made all the same. */
const patienceMs = 20_000;

/** A worker that can be killed and comes back. It says when it posts, so that a kill falls into a post and no time is waited away. */
export async function startKillableWorker(world: World): Promise<KillableSender> {
  let posted = () => {};
  const start = async () => {
    const child = await world.startWorker({ tellsPosts: true });
    child.process.stdout?.on('data', () => posted());
    return child;
  };
  let worker = await start();
  return {
    async untilSending() {
      const waiting = new AbortController();
      const post = new Promise<void>((resolve) => {
        posted = resolve;
      });
      await Promise.race([post, sleep(patienceMs, undefined, { signal: waiting.signal }).catch(() => undefined)]);
      waiting.abort();
    },
    async kill() {
      worker.kill('SIGKILL');
      await worker.ended;
    },
    async restart() {
      worker = await start();
    },
  };
}
