// A worker as its own process, so that tests can kill and freeze it. Hook points are given as `name:hit`.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import pino from 'pino';

import type { Checkpoint } from '../../activities/dependencies.ts';
import { openEventLog } from '../../adapters/log/event-log.ts';
import { loadProfile } from '../../adapters/profile/load-profile.ts';
import { runWorker } from '../../worker/main.ts';
import { dieAtFileStep, type FileSteps } from './die-at-file-step.ts';

interface Setting {
  readonly dataDir: string;
  readonly address: string;
  readonly profiles: readonly string[];
  readonly stickyTimeoutMs?: number;
  /** Holds how far its clock is ahead, in milliseconds; read again at SIGUSR2. */
  readonly clockFile?: string;
  /** Says `post` on its standard output each time that it is about to post. */
  readonly tellsPosts?: true;
  /** Kills itself with SIGKILL at this hook point, the n-th time it is reached. */
  readonly killAt?: { readonly checkpoint: Checkpoint; readonly hit: number };
  /** Dies (SIGKILL) before a step of its work on files below a place. */
  readonly dieAtFileStep?: FileSteps;
  /** Stands still (SIGSTOP) at this hook point. */
  readonly freezeAt?: { readonly checkpoint: Checkpoint; readonly hit: number };
}

const setting = JSON.parse(process.argv[2] ?? '{}') as Setting;
if (setting.dieAtFileStep !== undefined) dieAtFileStep(setting.dieAtFileStep);
const hits = new Map<Checkpoint, number>();

async function checkpoint(name: Checkpoint): Promise<void> {
  const hit = (hits.get(name) ?? 0) + 1;
  hits.set(name, hit);
  if (setting.tellsPosts === true && name === 'after-attempted') process.stdout.write('post\n');
  for (const [at, signal] of [
    [setting.killAt, 'SIGKILL'],
    [setting.freezeAt, 'SIGSTOP'],
  ] as const) {
    if (at?.checkpoint !== name || at.hit !== hit) continue;
    process.kill(process.pid, signal);
    await sleep(50);
  }
}

const clock = { aheadMs: 0 };
const { clockFile } = setting;
if (clockFile !== undefined)
  process.on('SIGUSR2', () => {
    clock.aheadMs = Number(readFileSync(clockFile, 'utf8'));
    process.stdout.write('clock moved\n');
  });

const profiles = await Promise.all(setting.profiles.map((path) => loadProfile(path, { dirs: [] })));
const worker = await runWorker({
  dataDir: setting.dataDir,
  address: setting.address,
  log: openEventLog({ format: 'json', component: 'worker', destination: pino.destination({ dest: 2, sync: true }) }),
  profiles: profiles.map(({ profile }) => profile),
  checkpoint,
  clock: () => Date.now() + clock.aheadMs,
  stickyTimeoutMs: setting.stickyTimeoutMs ?? 2_000,
});
process.on('SIGTERM', () => void worker.stop().then(() => process.exit(0)));
process.stdout.write('ready\n');
await worker.done;
