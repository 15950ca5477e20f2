import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { makeCertificate } from '../../adapters/http/support/certificate.ts';
import { runCarryover } from '../../cli/run-carryover.ts';
import { newBucket, s3Environment, type TestBucket } from '../../support/s3-bucket.ts';
import { startS3Proxy } from '../../support/s3-proxy.ts';
import { storedBatch, type StoredBatch } from '../../support/stored-batch.ts';

const s3 = inject('s3');
let batch: StoredBatch;
let bucket: TestBucket;
beforeEach(async () => {
  batch = await storedBatch([{ rowId: 'row-1', record: [{ resourceType: 'Patient', id: 'p1' }] }]);
  bucket = await newBucket(s3);
});
afterEach(() => batch.close());

function deliver(env: NodeJS.ProcessEnv) {
  const args = ['deliver', 'bbbb', '--out', `${bucket.url}/here`, '--data-dir', batch.dataDir.paths.root];
  return runCarryover(args, { env: { AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1', ...env } });
}

/** A shared configuration file of the AWS tools with the owner's profile. */
async function configFile(endpoint: string): Promise<string> {
  const path = join(batch.dir, 'aws-config');
  const keys = `aws_access_key_id = ${s3.owner.accessKeyId}\naws_secret_access_key = ${s3.owner.secretAccessKey}\n`;
  await writeFile(path, `[profile plans]\nregion = ${s3.region}\nendpoint_url = ${endpoint}\n${keys}`, { mode: 0o600 });
  return path;
}

test('endpoint, region and credentials may come from a profile of the AWS configuration', async () => {
  const profile = {
    AWS_PROFILE: 'plans',
    AWS_CONFIG_FILE: await configFile(s3.endpoint),
    CARRYOVER_S3_ADDRESSING: 'path',
  };
  expect(await deliver(profile)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(Object.keys((await bucket.follow('here')).sums)).toContain('Patient.ndjson.gz');
});

test('plain http to another machine is refused also where a profile asks for it', async () => {
  // 192.0.2.1 is nobody's (RFC 5737).
  const profile = { AWS_PROFILE: 'plans', AWS_CONFIG_FILE: await configFile('http://192.0.2.1') };
  const { exitCode, stderr } = await deliver({ ...profile, CARRYOVER_S3_ADDRESSING: 'path' });
  expect(stderr).toContain('S3_UNSAFE');
  expect(exitCode).toBe(7);
});

test('a store with a certificate that is trusted gets the delivery by TLS; another one gets nothing', async () => {
  const certificate = await makeCertificate();
  const authority = join(batch.dir, 'authority.pem');
  await writeFile(authority, certificate.cert);
  const proxy = await startS3Proxy(s3.endpoint, certificate);
  const environment = s3Environment(s3, { endpoint: proxy.endpoint });
  const distrusted = await deliver(environment);
  expect(distrusted.stderr).toMatch(/Code: DEPTH_ZERO_SELF_SIGNED_CERT\.\n {2}code {5}S3_UNREACHABLE/);
  expect(distrusted.exitCode).toBe(3);
  expect(proxy.seen).toEqual([]);
  expect(await deliver({ ...environment, NODE_EXTRA_CA_CERTS: authority })).toMatchObject({ exitCode: 0, stderr: '' });
  expect(Object.keys((await bucket.follow('here')).sums)).toContain('Patient.ndjson.gz');
  await proxy.close();
});
