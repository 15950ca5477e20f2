import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { runCarryover } from '../../cli/run-carryover.ts';
import { startCarryover, type StartedCommand } from '../../cli/start-carryover.ts';
import { folderSums } from '../../support/folder-sums.ts';
import { openWorld, type World } from '../../support/open-world.ts';
import { authorizeAll, launchHere, rosterOf } from '../../support/receive-batches.ts';
import { newBucket, s3Environment, type TestBucket } from '../../support/s3-bucket.ts';
import { startS3Proxy, type S3Proxy } from '../../support/s3-proxy.ts';

const s3 = inject('s3');
const temporalAddress = inject('temporalAddress');
let world: World;
let bucket: TestBucket;
let proxy: S3Proxy;
let worker: StartedCommand | undefined;

beforeEach(async () => {
  world = await openWorld({ temporalAddress, receive: 'resource_types = ["Encounter"]' });
  bucket = await newBucket(s3);
  proxy = await startS3Proxy(s3.endpoint);
});
afterEach(async () => {
  await worker?.end('SIGTERM');
  worker = undefined;
  await proxy.close();
  await world.close();
});

function startWorker(args: readonly string[], env: NodeJS.ProcessEnv = {}): StartedCommand {
  const where = ['--data-dir', world.dataDir.paths.root, '--temporal', temporalAddress, '--log-format', 'json'];
  const environment = { ...s3Environment(s3, { endpoint: proxy.endpoint }), AWS_MAX_ATTEMPTS: '1', ...env };
  return startCarryover(['worker', '--counterpart', world.profile.path, ...args, ...where], environment);
}

test('a worker delivers a batch at its end below the prefix that it was started with, as soon as S3 answers', async () => {
  worker = startWorker(['--deliver-to', `${bucket.url}/plans`]);
  proxy.before = () => 503;
  const batchId = await launchHere(world, await rosterOf(world, 2), false);
  const closed = authorizeAll(world, batchId, 2);
  const failed = JSON.parse(await worker.line('stderr', 'activity-failed')) as object;
  expect(failed).toMatchObject({ step: 'deliverBatch', code: 'S3_UNREACHABLE' });
  proxy.before = () => 'pass';
  expect((await closed).map(({ state }) => state)).toEqual(['stored', 'stored']);

  const delivered = await bucket.follow(`plans/${batchId}`);
  expect(await readdir(world.dataDir.paths.deliveries)).toEqual([]);
  const folder = join(world.directory, 'folder');
  const args = ['deliver', batchId, '--out', folder, '--data-dir', world.dataDir.paths.root];
  expect((await runCarryover(args)).exitCode).toBe(0);
  const { 'manifest.json': _, ...files } = (await folderSums(folder)) ?? {};
  expect(delivered.sums).toEqual(files);
  expect(Object.keys(files)).toContain('Patient.ndjson.gz');
});

test('a place that is none is told when the worker starts', async () => {
  const args = ['worker', '--counterpart', world.profile.path, '--deliver-to', 's3://', '--data-dir', world.directory];
  const { exitCode, stderr } = await runCarryover(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('An S3 place is s3://BUCKET/PREFIX.');
});
