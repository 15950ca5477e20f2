import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';

import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

import type { S3Keys, TestS3 } from './s3-global-setup.ts';

/** A bucket of one test, seen with the SDK's own client, which shares no code with the delivery. */
export interface TestBucket {
  readonly name: string;
  readonly url: string;
  keys(prefix?: string): Promise<readonly string[]>;
  read(key: string): Promise<Buffer>;
  put(key: string, content: string | Uint8Array): Promise<void>;
  /** Follows the manifest below a prefix as a reader does: SHA-256 by file name. Throws where a file is missing or is not what the manifest says. */
  follow(prefix: string): Promise<FollowedDelivery>;
}

export interface FollowedDelivery {
  readonly manifest: string;
  /** Where the files are, below the prefix. */
  readonly folder: string;
  readonly sums: Readonly<Record<string, string>>;
}

interface Entry {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface DeliveredManifest {
  readonly output: readonly Entry[];
  readonly error: readonly Entry[];
  readonly extension: { readonly members: Entry; readonly attribution: Entry };
}

/** Makes a bucket of its own on the server of this run. */
export async function newBucket({ endpoint, region, owner }: TestS3): Promise<TestBucket> {
  const name = `test-${randomUUID().slice(0, 13)}`;
  const client = new S3Client({ endpoint, region, credentials: { ...owner }, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const read = async (key: string): Promise<Buffer> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  return {
    name,
    url: `s3://${name}`,
    async keys(prefix = '') {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },
    read,
    async put(key, content) {
      await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: content }));
    },
    async follow(prefix) {
      const manifest = (await read(`${prefix}/manifest.json`)).toString();
      const { output, error, extension } = JSON.parse(manifest) as DeliveredManifest;
      const sums: Record<string, string> = {};
      let folder = '';
      for (const { url, sha256, bytes } of [...output, ...error, extension.members, extension.attribution]) {
        const content = await read(posix.join(prefix, url));
        const sum = createHash('sha256').update(content).digest('hex');
        if (sum !== sha256 || content.length !== bytes) throw new Error(`${url} is not what the manifest says`);
        sums[posix.basename(url)] = sum;
        folder = posix.dirname(url);
      }
      return { manifest, folder, sums };
    },
  };
}

/** The environment of a program that speaks to the server, or to a proxy before it. */
export function s3Environment(
  s3: TestS3,
  { endpoint = s3.endpoint, keys = s3.owner }: { endpoint?: string; keys?: S3Keys } = {},
) {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
