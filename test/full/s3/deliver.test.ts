import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

import { seededRandom } from '../../../fixtures/seeded-random.ts';
import { runCarryover } from '../../cli/run-carryover.ts';
import { folderSums } from '../../support/folder-sums.ts';
import { newBucket, s3Environment, type FollowedDelivery, type TestBucket } from '../../support/s3-bucket.ts';
import { startS3Proxy, type Course, type S3Proxy, type S3Request } from '../../support/s3-proxy.ts';
import { storedBatch, type StoredBatch, type TestRow } from '../../support/stored-batch.ts';

const s3 = inject('s3');
const rows: readonly TestRow[] = [
  { rowId: 'row-1', record: [{ resourceType: 'Patient', id: 'p1' }] },
  {
    rowId: 'row-2',
    record: [
      { resourceType: 'Patient', id: 'p2' },
      { resourceType: 'Observation', id: 'o1' },
    ],
  },
  { rowId: 'row-3' },
];

let batch: StoredBatch;
let bucket: TestBucket;
let proxy: S3Proxy;
beforeEach(async () => {
  batch = await storedBatch(rows);
  bucket = await newBucket(s3);
  proxy = await startS3Proxy(s3.endpoint);
});
afterEach(async () => {
  await proxy.close();
  await batch.close();
});

function deliver(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const where = ['--data-dir', batch.dataDir.paths.root];
  const s3Env = s3Environment(s3, { endpoint: proxy.endpoint });
  return runCarryover(['deliver', 'bbbb', ...args, ...where], { env: { ...s3Env, ...env } });
}

const puts = () =>
  proxy.seen.filter(({ method }) => method === 'PUT').map(({ url }) => new URL(url, s3.endpoint).pathname);

async function endLastRow(): Promise<void> {
  const { ledger } = batch.dataDir;
  const [open] = await ledger.transfers.list({ batchId: batch.batchId, states: ['recorded'] });
  if (open === undefined) throw new Error('no row is open');
  const closed = { kind: 'closed', state: 'refused', reason: 'AUTHORIZATION_DENIED' } as const;
  await ledger.append(open.transferId, { subject: '', tryNumber: 1, actor: 'worker', body: closed });
}

test('a delivery to S3 holds byte for byte the files that one to a folder holds, and its manifest differs only in where they are', async () => {
  const folder = join(batch.dir, 'folder');
  expect((await deliver(['--out', folder])).exitCode).toBe(4);
  expect(proxy.seen).toEqual([]);
  const { exitCode, stdout } = await deliver(['--out', `${bucket.url}/plans/a/`]);
  expect(stdout).toContain(`Delivered to ${bucket.url}/plans/a: 3 resources of 2 members`);
  expect(exitCode).toBe(4);

  const { 'manifest.json': _, ...files } = (await folderSums(folder)) ?? {};
  const delivered = await bucket.follow('plans/a');
  expect(delivered.sums).toEqual(files);
  expect(Object.keys(files)).toHaveLength(5);
  expect(delivered.folder).toMatch(/^delivery-[0-9a-f]{32}$/);
  const inFolder = await readFile(join(folder, 'manifest.json'), 'utf8');
  expect(delivered.manifest.replaceAll(`${delivered.folder}/`, '')).toBe(inFolder);
  expect(await bucket.keys()).toHaveLength(6);
  // Nothing in clear stays on this machine.
  expect(await folderSums(batch.dataDir.paths.deliveries)).toEqual({});
});

test('the manifest is put last, and the same delivery once more puts nothing but the same manifest', async () => {
  await deliver(['--out', `${bucket.url}/here`]);
  expect(puts()).toHaveLength(6);
  expect(puts().at(-1)).toBe(`/${bucket.name}/here/manifest.json`);
  const first = await bucket.follow('here');
  proxy.seen.splice(0);
  await deliver(['--out', `${bucket.url}/here`]);
  expect(puts()).toEqual([`/${bucket.name}/here/manifest.json`]);
  expect(await bucket.follow('here')).toEqual(first);
});

test('a file that somebody removed, or put other content in the place of, is put again', async () => {
  await deliver(['--out', `${bucket.url}/here`]);
  const first = await bucket.follow('here');
  await bucket.put(`here/${first.folder}/Patient.ndjson.gz`, 'other');
  await expect(bucket.follow('here')).rejects.toThrow('not what the manifest says');
  await deliver(['--out', `${bucket.url}/here`]);
  expect(await bucket.follow('here')).toEqual(first);
});

test('a second delivery with other content takes the place of the first, of which nothing stays', async () => {
  await deliver(['--out', `${bucket.url}/here`]);
  const first = await bucket.follow('here');
  await bucket.put('here/notes/mine.txt', 'mine');
  await endLastRow();
  expect((await deliver(['--out', `${bucket.url}/here`])).exitCode).toBe(0);
  const second = await bucket.follow('here');
  expect(second.folder).not.toBe(first.folder);
  expect(JSON.parse(second.manifest)).toMatchObject({ extension: { complete: true } });
  const files = Object.keys(second.sums).map((name) => `here/${second.folder}/${name}`);
  expect(await bucket.keys()).toEqual([...files, 'here/manifest.json', 'here/notes/mine.txt'].toSorted());
});

test('of two deliveries at the same moment neither removes what the other is about to name', async () => {
  const isManifest = ({ method, url }: S3Request) => method === 'PUT' && url.includes('/manifest.json');
  const second = Promise.withResolvers<FollowedDelivery>();
  let held = false;
  proxy.before = async (request): Promise<Course> => {
    if (held || !isManifest(request)) return 'pass';
    held = true;
    await endLastRow();
    await deliver(['--out', `${bucket.url}/here`]);
    second.resolve(await bucket.follow('here'));
    return 'pass';
  };
  expect((await deliver(['--out', `${bucket.url}/here`])).exitCode).toBe(4);
  const last = await bucket.follow('here');
  expect(last.folder).not.toBe((await second.promise).folder);
  expect(await bucket.keys()).toHaveLength(6);
});

test('without --out it goes where the installation delivers to, under the id of the batch, and `doctor` looks there', async () => {
  const { stdout } = await deliver(['--json'], { CARRYOVER_DELIVER_TO: `${bucket.url}/all` });
  expect(JSON.parse(stdout)).toMatchObject({ directory: `${bucket.url}/all/${batch.batchId}`, resources: 3 });
  expect(Object.keys((await bucket.follow(`all/${batch.batchId}`)).sums)).toHaveLength(5);
  const healthOf = async (place: string) => {
    const env = { ...s3Environment(s3), CARRYOVER_DELIVER_TO: place };
    const { stdout: told } = await runCarryover(['doctor', '--data-dir', batch.dataDir.paths.root], { env });
    return told.split('\n').find((line) => line.includes('deliveries:'));
  };
  const [good, bad] = await Promise.all([healthOf(`${bucket.url}/all`), healthOf('s3://no-such-bucket')]);
  expect(good).toBe(`ok       deliveries: ${bucket.url}/all can be listed.`);
  expect(bad).toContain('(S3_BUCKET_MISSING)');
});

describe('the encryption that is asked for', () => {
  const key = 'arn:aws:kms:eu-test-1:000000000000:key/11111111';
  const encryption = {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': key,
  };
  const asked = { CARRYOVER_S3_SSE_KMS_KEY_ID: key };

  test('is asked of S3 with every object, which goes with a checksum; what is encrypted so is not put again', async () => {
    proxy.says = encryption;
    expect((await deliver(['--out', bucket.url], asked)).exitCode).toBe(4);
    const headers = proxy.seen.filter(({ method }) => method === 'PUT').map((put) => put.headers);
    expect(headers).toHaveLength(6);
    for (const one of headers) {
      expect(one).toMatchObject(encryption);
      expect(Object.keys(one)).toContainEqual(expect.stringMatching(/^x-amz-(checksum-|trailer)/));
    }
    proxy.seen.splice(0);
    await deliver(['--out', bucket.url], asked);
    expect(puts()).toHaveLength(1);
  });

  test('is no wish: a store that does not do it gets no delivery', async () => {
    const { exitCode, stderr } = await deliver(['--out', bucket.url], asked);
    expect(stderr).toContain('S3_NOT_ENCRYPTED');
    expect(exitCode).toBe(7);
    expect(await bucket.keys()).toEqual([]);
  });
});

test('a file of many megabytes goes in parts, and what an upload left that never ended is given up by the next delivery', async () => {
  await batch.close();
  const random = seededRandom('s3-parts');
  const data = Array.from({ length: 2_400_000 }, () => random.integer(0, 2 ** 32 - 1).toString(36)).join('');
  batch = await storedBatch([{ rowId: 'row-1', record: [{ resourceType: 'Binary', id: 'b1', data }] }]);
  const isPart = ({ method, url }: { method: string; url: string }) => method === 'PUT' && url.includes('partNumber=2');
  // The upload that breaks cannot even say so.
  proxy.before = (request) => (isPart(request) || request.method === 'DELETE' ? 'drop' : 'pass');
  const broken = await deliver(['--out', `${bucket.url}/here`], { AWS_MAX_ATTEMPTS: '1' });
  expect(broken.stderr).toContain('S3_UNREACHABLE');
  expect(broken.exitCode).toBe(3);
  proxy.before = () => 'pass';
  proxy.seen.splice(0);
  expect((await deliver(['--out', `${bucket.url}/here`])).exitCode).toBe(0);
  expect(proxy.seen.filter(isPart)).toHaveLength(1);
  expect(proxy.seen.filter(({ method, url }) => method === 'DELETE' && url.includes('uploadId='))).toHaveLength(1);
  expect(Object.keys((await bucket.follow('here')).sums)).toContain('Binary.ndjson.gz');
});
