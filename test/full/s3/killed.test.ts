import { readdir } from 'node:fs/promises';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { runCarryover } from '../../cli/run-carryover.ts';
import { startCarryover } from '../../cli/start-carryover.ts';
import { newBucket, s3Environment, type FollowedDelivery, type TestBucket } from '../../support/s3-bucket.ts';
import { startS3Proxy, type Course, type S3Proxy, type S3Request } from '../../support/s3-proxy.ts';
import { storedBatch, type StoredBatch } from '../../support/stored-batch.ts';

const s3 = inject('s3');
let batch: StoredBatch;
let bucket: TestBucket;
let proxy: S3Proxy;
/** The delivery with a row open, and that of the whole batch, as a reader finds them. */
let earlier: FollowedDelivery;
let whole: FollowedDelivery;

beforeAll(async () => {
  batch = await storedBatch([{ rowId: 'row-1', record: [{ resourceType: 'Patient', id: 'p1' }] }, { rowId: 'row-2' }]);
  bucket = await newBucket(s3);
  proxy = await startS3Proxy(s3.endpoint);
  await deliver('first');
  earlier = await bucket.follow('first');
  const { ledger } = batch.dataDir;
  const [open] = await ledger.transfers.list({ batchId: batch.batchId, states: ['recorded'] });
  if (open === undefined) throw new Error('no row is open');
  const closed = { kind: 'closed', state: 'refused', reason: 'AUTHORIZATION_DENIED' } as const;
  await ledger.append(open.transferId, { subject: '', tryNumber: 1, actor: 'worker', body: closed });
});
afterAll(async () => {
  await proxy.close();
  await batch.close();
});

const argsTo = (prefix: string) => [
  'deliver',
  'bbbb',
  '--out',
  `${bucket.url}/${prefix}`,
  '--data-dir',
  batch.dataDir.paths.root,
];
const environment = () => s3Environment(s3, { endpoint: proxy.endpoint });

function deliver(prefix: string) {
  return runCarryover(argsTo(prefix), { env: environment() });
}

/** A prefix in which the earlier delivery lies already. */
async function prefixWithEarlier(prefix: string): Promise<string> {
  for (const key of await bucket.keys('first/'))
    await bucket.put(key.replace('first/', `${prefix}/`), await bucket.read(key));
  return prefix;
}

test('who starts at the manifest reads one whole delivery, whatever the writer is doing at that moment', async () => {
  const prefix = await prefixWithEarlier('read');
  const seen: FollowedDelivery[] = [];
  proxy.before = async (): Promise<Course> => {
    seen.push(await bucket.follow(prefix));
    return 'pass';
  };
  proxy.seen.splice(0);
  expect((await deliver(prefix)).exitCode).toBe(0);
  whole = await bucket.follow(prefix);
  proxy.before = () => 'pass';
  expect(whole.folder).not.toBe(earlier.folder);
  // The earlier one up to the manifest's own request, the new one from then on.
  const put = proxy.seen.findIndex(({ method, url }) => method === 'PUT' && url.includes('/manifest.json'));
  expect(seen).toEqual(proxy.seen.map((_, index) => (index <= put ? earlier : whole)));
  expect(seen.slice(put + 1).length).toBeGreaterThan(5);
});

interface Death {
  readonly when: string;
  readonly at: (request: S3Request, earlierSeen: readonly S3Request[]) => boolean;
  readonly course: Course;
  readonly leaves: 'earlier' | 'whole';
}

const isPut = ({ method }: S3Request): boolean => method === 'PUT';
const isManifest = ({ url }: S3Request): boolean => url.includes('/manifest.json');
const isDelete = ({ method }: S3Request): boolean => method === 'DELETE';
const deaths: readonly Death[] = [
  { when: 'before the first file', at: isPut, course: 'drop', leaves: 'earlier' },
  {
    when: 'in the middle of the third file',
    at: (request, before) => isPut(request) && before.filter(isPut).length === 2,
    course: 'half',
    leaves: 'earlier',
  },
  {
    when: 'before the manifest',
    at: (request) => isPut(request) && isManifest(request),
    course: 'drop',
    leaves: 'earlier',
  },
  {
    when: 'in the middle of the manifest',
    at: (request) => isPut(request) && isManifest(request),
    course: 'half',
    leaves: 'earlier',
  },
  {
    when: 'right after the manifest',
    at: (_, before) => before.some((one) => isPut(one) && isManifest(one)),
    course: 'drop',
    leaves: 'whole',
  },
  { when: 'before the first removal', at: isDelete, course: 'drop', leaves: 'whole' },
  {
    when: 'among the removals',
    at: (request, before) => isDelete(request) && before.filter(isDelete).length === 2,
    course: 'drop',
    leaves: 'whole',
  },
];

test.for(deaths)(
  'a delivery that is killed $when leaves $leaves to the readers, and the next one leaves nothing else',
  async ({ when, at, course, leaves }) => {
    const prefix = await prefixWithEarlier(`killed-${deaths.findIndex((one) => one.when === when)}`);
    expect(await bucket.follow(prefix)).toEqual(earlier);
    const before: S3Request[] = [];
    const doomed = startCarryover(argsTo(prefix), environment());
    const dead = new Promise<void>((resolve) => {
      let dies = false;
      proxy.before = async (request): Promise<Course> => {
        if (dies || !at(request, before)) {
          before.push(request);
          return dies ? 'drop' : 'pass';
        }
        dies = true;
        if (course !== 'half') await doomed.end('SIGKILL').then(() => resolve());
        else setImmediate(() => void doomed.end('SIGKILL').then(() => resolve()));
        return course;
      };
    });
    await dead;
    proxy.before = () => 'pass';
    expect(await bucket.follow(prefix)).toEqual(leaves === 'earlier' ? earlier : whole);
    // What was put together on this machine is still there, in the hidden folder of a dead process.
    expect(await readdir(batch.dataDir.paths.deliveries)).toHaveLength(1);

    expect((await deliver(prefix)).exitCode).toBe(0);
    expect(await bucket.follow(prefix)).toEqual(whole);
    const keys = Object.keys(whole.sums).map((name) => `${prefix}/${whole.folder}/${name}`);
    expect(await bucket.keys(`${prefix}/`)).toEqual([...keys, `${prefix}/manifest.json`].toSorted());
    expect(await readdir(batch.dataDir.paths.deliveries)).toEqual([]);
  },
);
