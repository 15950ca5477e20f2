import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { freePorts } from '../../../adapters/temporal/free-ports.ts';
import { runCarryover } from '../../cli/run-carryover.ts';
import { newBucket, s3Environment, type TestBucket } from '../../support/s3-bucket.ts';
import { storedBatch, type StoredBatch } from '../../support/stored-batch.ts';

const s3 = inject('s3');
let batch: StoredBatch;
let bucket: TestBucket;
beforeAll(async () => {
  batch = await storedBatch([{ rowId: 'row-1', record: [{ resourceType: 'Patient', id: 'patient-canary' }] }]);
  bucket = await newBucket(s3);
});
afterAll(() => batch.close());

async function deliver(out: string, env: NodeJS.ProcessEnv = {}) {
  const args = ['deliver', 'bbbb', '--out', out, '--data-dir', batch.dataDir.paths.root];
  const ran = await runCarryover(args, { env: { ...s3Environment(s3), AWS_MAX_ATTEMPTS: '1', ...env } });
  expect(ran.stderr).not.toMatch(/canary|<[A-Z?/]/);
  const code = /code {5}(\w+)/.exec(ran.stderr)?.[1];
  return { ...ran, code };
}

const keysOf = (keys: { accessKeyId: string; secretAccessKey: string }) => ({
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
});

const noCredentials = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

interface Refusal {
  readonly what: string;
  readonly env: NodeJS.ProcessEnv;
  readonly code: string;
  readonly exitCode: number;
  /** S3's own name of it, or that of the SDK. */
  readonly says?: string;
}

const refusals: readonly Refusal[] = [
  {
    what: 'no credentials',
    env: noCredentials,
    code: 'S3_CREDENTIALS_REFUSED',
    exitCode: 2,
    says: 'CredentialsProviderError',
  },
  {
    what: 'an unknown access key',
    env: { AWS_ACCESS_KEY_ID: 'nobody' },
    code: 'S3_CREDENTIALS_REFUSED',
    exitCode: 2,
    says: 'InvalidAccessKeyId, 403',
  },
  {
    what: 'a wrong secret',
    env: { AWS_SECRET_ACCESS_KEY: 'wrong-canary' },
    code: 'S3_CREDENTIALS_REFUSED',
    exitCode: 2,
    says: 'SignatureDoesNotMatch, 403',
  },
  {
    what: 'keys without rights',
    env: keysOf(s3.stranger),
    code: 'S3_ACCESS_DENIED',
    exitCode: 2,
    says: 'AccessDenied, 403',
  },
  {
    what: 'another region',
    env: { AWS_REGION: 'us-west-9' },
    code: 'S3_REGION_WRONG',
    exitCode: 2,
    says: 'AuthorizationHeaderMalformed, 400',
  },
  { what: 'no region', env: { AWS_REGION: undefined }, code: 'S3_REGION_WRONG', exitCode: 2 },
  // 192.0.2.1 is nobody's (RFC 5737): nothing is sent there.
  {
    what: 'plain http to another machine',
    env: { AWS_ENDPOINT_URL_S3: 'http://192.0.2.1' },
    code: 'S3_UNSAFE',
    exitCode: 7,
  },
];

test.for(refusals)('$what: $code', async ({ env, code, exitCode, says }) => {
  const ran = await deliver(`${bucket.url}/here`, env);
  expect(ran).toMatchObject({ code, exitCode });
  expect(ran.stderr).toContain(`where    ${bucket.url}/here`);
  expect(/Code: (.*)\./.exec(ran.stderr)?.[1]).toBe(says);
  expect(ran.stderr).toContain('remains  An earlier delivery is as it was, or the new one is whole');
  expect(await bucket.keys()).toEqual([]);
});

test('a server that does not answer: S3_UNREACHABLE', async () => {
  const [port] = await freePorts(1);
  const ran = await deliver(bucket.url, { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` });
  expect(ran).toMatchObject({ code: 'S3_UNREACHABLE', exitCode: 3 });
  expect(ran.stderr).toContain('Code: ECONNREFUSED.');
});

test('a bucket that is not there: S3_BUCKET_MISSING', async () => {
  expect(await deliver('s3://no-such-bucket/here')).toMatchObject({ code: 'S3_BUCKET_MISSING', exitCode: 2 });
});

describe('a prefix that holds something else is refused, and stays as it is', () => {
  const manifestOf = (batchId: string) => JSON.stringify({ output: [], extension: { batchId } });
  const taken = [
    { what: 'somebody else’s manifest', key: 'manifest.json', text: '{"name":"an app","icons":[]}' },
    { what: 'the delivery of another batch', key: 'manifest.json', text: manifestOf('cccc0000000000000003') },
    { what: 'a manifest that is none', key: 'manifest.json', text: 'none' },
    { what: 'something without a manifest', key: 'thesis/chapter-1.txt', text: 'mine' },
  ];
  test.for(taken)('$what', async ({ what, key, text }) => {
    const prefix = `taken-${taken.findIndex((one) => one.what === what)}`;
    await bucket.put(`${prefix}/${key}`, text);
    const ran = await deliver(`${bucket.url}/${prefix}`);
    expect(ran).toMatchObject({ code: 'DELIVERY_PREFIX_TAKEN', exitCode: 7 });
    expect(await bucket.keys(`${prefix}/`)).toEqual([`${prefix}/${key}`]);
    expect((await bucket.read(`${prefix}/${key}`)).toString()).toBe(text);
  });
});
