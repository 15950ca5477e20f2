import { createReadStream } from 'node:fs';

import { CarryoverError } from '../../../schemas/failures.ts';
import { openS3Client } from './open-s3-client.ts';
import { isMissing, s3Failure } from './s3-failure.ts';
import type { S3Encryption, S3Settings } from './s3-settings.ts';

/** A file of this machine that is to become an object. */
export interface S3File {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  /** Hex; kept with the object. */
  readonly sha256: string;
  readonly contentType: string;
}

/** The few things that a delivery does in a bucket. Each throws a code of the catalogue. */
export interface S3Store {
  /** The text at the beginning of an object, of about so many bytes; undefined where there is no object. */
  readStart(key: string, bytes: number): Promise<string | undefined>;
  /** True where the object is there with this content, encrypted as it should be. */
  has(file: S3File): Promise<boolean>;
  /** Streams a file; large ones in parts, a few of which are in memory. The object is there whole or not at all. */
  put(file: S3File): Promise<void>;
  /** Every key that begins so. */
  keys(prefix: string): AsyncGenerator<string>;
  remove(key: string): Promise<void>;
  /** Gives up uploads in parts that were never ended, of keys that begin so. */
  abortUploads(prefix: string, isOurs: (key: string) => boolean): Promise<void>;
  close(): void;
}

const mebibyte = 1024 * 1024;
const smallestPartBytes = 8 * mebibyte;
/** S3 takes ten thousand parts. */
const mostParts = 9_000;
const partsAtOnce = 2;

/** Opens a bucket. `place` is what failures name. */
export async function openS3Store(bucket: string, settings: S3Settings, place: string): Promise<S3Store> {
  const sdk = await import('@aws-sdk/client-s3');
  const { Upload } = await import('@aws-sdk/lib-storage');
  const client = await openS3Client(settings, place);
  const { encryption } = settings;
  const encrypted = {
    ...(encryption !== undefined && { ServerSideEncryption: encryption.algorithm }),
    ...(encryption?.kmsKeyId !== undefined && { SSEKMSKeyId: encryption.kmsKeyId }),
  };
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw s3Failure(error, place);
    }
  };
  const found = <T>(ask: () => Promise<T>): Promise<T | undefined> =>
    asked(async () => {
      try {
        return await ask();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });

  return {
    readStart: (key, bytes) =>
      found(async () => {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
        const chunks: Buffer[] = [];
        let read = 0;
        for await (const chunk of Body as AsyncIterable<Buffer>) {
          chunks.push(chunk);
          read += chunk.length;
          if (read >= bytes) break;
        }
        return Buffer.concat(chunks).toString();
      }),
    async has({ key, bytes, sha256 }) {
      const head = await found(() => client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key })));
      if (head?.ContentLength !== bytes || head.Metadata?.['sha256'] !== sha256) return false;
      return encryption === undefined || isEncrypted(encryption, head);
    },
    put: ({ key, path, bytes, sha256, contentType }) =>
      asked(async () => {
        const body = createReadStream(path, { highWaterMark: mebibyte });
        const params = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, Metadata: { sha256 } };
        const partSize = Math.max(smallestPartBytes, Math.ceil(bytes / mostParts));
        try {
          const upload = new Upload({ client, params: { ...params, ...encrypted }, partSize, queueSize: partsAtOnce });
          const done = await upload.done();
          if (encryption === undefined || isEncrypted(encryption, done)) return;
        } finally {
          body.destroy();
        }
        await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
        throw new CarryoverError('S3_NOT_ENCRYPTED', '', { file: place });
      }),
    async *keys(prefix) {
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      for (;;) {
        const { done, value } = await asked(() => pages.next());
        if (done === true) return;
        for (const { Key } of value.Contents ?? []) if (Key !== undefined) yield Key;
      }
    },
    async remove(key) {
      await asked(() => client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
    abortUploads: (prefix, isOurs) =>
      asked(async () => {
        const list = new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix });
        const { Uploads = [] } = await client.send(list);
        for (const { Key, UploadId } of Uploads)
          if (Key !== undefined && isOurs(Key))
            await client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      }),
    close: () => client.destroy(),
  };
}

interface Encrypted {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
}

/** Whether a store did what was asked. It names a key by its ARN, so that an alias cannot be compared. */
function isEncrypted(
  { algorithm, kmsKeyId = '' }: S3Encryption,
  { ServerSideEncryption, SSEKMSKeyId = '' }: Encrypted,
): boolean {
  return ServerSideEncryption === algorithm && (kmsKeyId.includes('alias/') || SSEKMSKeyId.endsWith(kmsKeyId));
}
