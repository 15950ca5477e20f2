import { CarryoverError } from '../../../schemas/failures.ts';

/** Where in S3 one delivery goes, or, with a batch appended, those of many. */
export interface S3Place {
  readonly bucket: string;
  /** Without a slash at its ends; empty for the whole bucket. */
  readonly prefix: string;
}

const scheme = /^s3:\/\//i;
/** Names of buckets, and aliases of access points: letters that need no escaping anywhere. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What S3 calls safe in a key, without a segment that a URL would resolve away. */
const segment = /^(?!\.{1,2}$)[\w!.*'()=-]+$/;

export function isS3Url(text: string): boolean {
  return scheme.test(text);
}

/** Reads `s3://bucket/prefix`; a slash at the end means nothing. Throws USAGE. */
export function parseS3Url(text: string): S3Place {
  const [bucket = '', ...segments] = text.replace(scheme, '').replace(/\/$/, '').split('/');
  if (!bucketName.test(bucket)) throw new CarryoverError('USAGE', 'An S3 place is s3://BUCKET/PREFIX.');
  if (!segments.every((one) => segment.test(one)))
    throw new CarryoverError(
      'USAGE',
      "The prefix of an S3 place has parts of letters, digits and - _ . = ! * ' ( ), with one / between them.",
    );
  return { bucket, prefix: segments.join('/') };
}

/** The place as people name it. */
export function s3Url({ bucket, prefix }: S3Place): string {
  return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
}
