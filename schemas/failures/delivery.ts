import { failure, type Failure } from './failure.ts';

/** Deliveries to an S3 prefix. A worker tries all of them again: the bucket, its rights and the network are mended while it waits. */
export const deliveryFailures = {
  DELIVERY_PREFIX_TAKEN: failure(
    'retry',
    7,
    'The S3 prefix for the delivery holds something else than a delivery of this batch.',
    'Name a prefix with nothing below it, or an earlier delivery of the batch; nothing was changed there.',
  ),
  S3_BUCKET_MISSING: failure(
    'retry',
    2,
    'There is no such bucket.',
    'Check the name of the bucket and AWS_ENDPOINT_URL_S3, or make the bucket, then repeat the command; a worker goes on by itself.',
  ),
  S3_ACCESS_DENIED: failure(
    'retry',
    2,
    'These credentials may not do this in the bucket.',
    'Allow what docs/operate.md lists for S3, also for the KMS key, then repeat the command; a worker goes on by itself.',
  ),
  S3_CREDENTIALS_REFUSED: failure(
    'retry',
    2,
    'There are no credentials for S3, or S3 does not accept them.',
    'Check AWS_PROFILE or the other settings of the AWS SDK, and the clock, then repeat the command or restart the worker.',
  ),
  S3_REGION_WRONG: failure(
    'retry',
    2,
    'The AWS region is not set, or it is not that of the bucket.',
    'Set AWS_REGION to the region of the bucket, then repeat the command or restart the worker.',
  ),
  S3_UNSAFE: failure(
    'retry',
    7,
    'The endpoint of S3 is plain http and not on this machine; nothing was sent to it.',
    'Set an https URL in AWS_ENDPOINT_URL_S3, then repeat the command or restart the worker.',
  ),
  S3_NOT_ENCRYPTED: failure(
    'retry',
    7,
    'S3 did not encrypt a file of the delivery as it was asked to; the file was removed again.',
    'Take CARRYOVER_S3_SSE and CARRYOVER_S3_SSE_KMS_KEY_ID away where the store encrypts by itself, or use another store.',
  ),
  S3_UNREACHABLE: failure(
    'retry',
    3,
    'S3 cannot be reached, or answered with an error of its own.',
    'Check the network and AWS_ENDPOINT_URL_S3, then repeat the command; a worker tries again by itself.',
  ),
  S3_REFUSED: failure(
    'retry',
    3,
    'S3 refused a request for another reason than rights.',
    'Look up the code that S3 gave, then repeat the command; a worker tries again by itself.',
  ),
} as const satisfies Record<string, Failure>;
