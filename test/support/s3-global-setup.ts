import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { TestProject } from 'vitest/node';

import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { versitygwPath } from '../../tools/provide-versitygw.js';

/** An S3 server of this test run, and people who have keys to it. */
export interface TestS3 {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  readonly region: string;
  readonly owner: S3Keys;
  /** Known to the server; may do nothing in the owner's buckets. */
  readonly stranger: S3Keys;
  /** Where the server keeps objects: `<folder>/<bucket>/<key>`. */
  readonly folder: string;
}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    s3: TestS3;
  }
}

// Ends the server with us, however we end.
const guardFile = join(import.meta.dirname, '../../adapters/temporal/dev-server-guard.ts');
const owner: S3Keys = { accessKeyId: 'owner', secretAccessKey: 'owner-secret-canary' };
const stranger: S3Keys = { accessKeyId: 'stranger', secretAccessKey: 'stranger-secret-canary' };
const region = 'eu-test-1';

/** One versitygw for the whole run; tests `inject('s3')`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const program = versitygwPath();
  if (!existsSync(program)) throw new Error(`There is no ${program}; npm run test:full builds it.`);
  const scratch = await mkdtemp(join(tmpdir(), 'carryover-test-s3-'));
  const [folder, users, attributes] = [join(scratch, 'buckets'), join(scratch, 'users'), join(scratch, 'attributes')];
  for (const one of [folder, users, attributes]) await mkdir(one);
  const log = await open(join(scratch, 's3.log'), 'a');
  const [port = 0] = await freePorts(1);
  // The sidecar folder: not every temporary folder takes extended attributes.
  const args = [
    '--port',
    `127.0.0.1:${port}`,
    '--region',
    region,
    '--iam-dir',
    users,
    'posix',
    '--sidecar',
    attributes,
  ];
  const guard = fork(guardFile, [program, ...args, folder], {
    env: { ...process.env, ROOT_ACCESS_KEY: owner.accessKeyId, ROOT_SECRET_KEY: owner.secretAccessKey },
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const ended = once(guard, 'exit');
  await Promise.race([untilListens(port), ended.then(() => Promise.reject(new Error('versitygw did not start')))]);
  const endpoint = `http://127.0.0.1:${port}`;
  await addUser(program, endpoint);
  project.provide('s3', { endpoint, region, owner, stranger, folder });
  return async () => {
    guard.disconnect();
    await ended;
    await log.close();
    await rm(scratch, { recursive: true, force: true });
  };
}

async function untilListens(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (connected) return;
    await delay(50);
  }
}

async function addUser(program: string, endpoint: string): Promise<void> {
  const user = ['--access', stranger.accessKeyId, '--secret', stranger.secretAccessKey, '--role', 'user'];
  const admin = ['admin', '--endpoint-url', endpoint, '--region', region, 'create-user', ...user];
  const env = { ADMIN_ACCESS_KEY: owner.accessKeyId, ADMIN_SECRET_KEY: owner.secretAccessKey };
  await promisify(execFile)(program, admin, { env });
}
