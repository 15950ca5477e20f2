import { CarryoverError } from '../../../schemas/failures.ts';

/** What the AWS SDK has no standard setting for. Region, endpoint and credentials are the SDK's own business. */
export interface S3Settings {
  /** The bucket in the path of the URL, as most S3-compatible stores want it, instead of in the host name. */
  readonly pathStyle: boolean;
  /** What is asked of the store; absent: what the bucket does by itself. */
  readonly encryption?: S3Encryption;
}

export interface S3Encryption {
  readonly algorithm: 'AES256' | 'aws:kms';
  /** Id, ARN or alias of a KMS key; absent: the account's own key for S3. */
  readonly kmsKeyId?: string;
}

/** Reads the settings of an environment. Throws USAGE. */
export function s3SettingsOf(env: NodeJS.ProcessEnv): S3Settings {
  const encryption = encryptionOf(env);
  return { pathStyle: isPathStyle(env), ...(encryption !== undefined && { encryption }) };
}

function isPathStyle(env: NodeJS.ProcessEnv): boolean {
  const addressing = env['CARRYOVER_S3_ADDRESSING'];
  if (addressing !== undefined) return oneOf('CARRYOVER_S3_ADDRESSING', addressing, ['path', 'virtual']) === 'path';
  // Another endpoint than Amazon's seldom has a host name for each bucket.
  return (env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']) !== undefined;
}

function encryptionOf(env: NodeJS.ProcessEnv): S3Encryption | undefined {
  const kmsKeyId = env['CARRYOVER_S3_SSE_KMS_KEY_ID'];
  const asked = env['CARRYOVER_S3_SSE'] ?? (kmsKeyId === undefined ? undefined : 'aws:kms');
  if (asked === undefined) return undefined;
  const algorithm = oneOf('CARRYOVER_S3_SSE', asked, ['AES256', 'aws:kms']);
  if (kmsKeyId === undefined) return { algorithm };
  if (algorithm !== 'aws:kms')
    throw new CarryoverError('USAGE', 'CARRYOVER_S3_SSE_KMS_KEY_ID needs CARRYOVER_S3_SSE=aws:kms.');
  return { algorithm, kmsKeyId };
}

function oneOf<Value extends string>(variable: string, given: string, values: readonly Value[]): Value {
  const value = values.find((one) => one === given);
  if (value === undefined) throw new CarryoverError('USAGE', `${variable} is ${values.join(' or ')}.`);
  return value;
}
