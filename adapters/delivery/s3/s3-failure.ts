import { CarryoverError, type FailureCode } from '../../../schemas/failures.ts';

/** What is read of the errors of the SDK: never their messages, which may repeat what was asked or answered. */
interface SdkError {
  readonly name?: string;
  /** Of Node, where nothing was answered. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Names of S3's own error codes, and of the SDK where nothing was asked yet. */
const codesByName: Readonly<Record<string, FailureCode>> = {
  NoSuchBucket: 'S3_BUCKET_MISSING',
  PermanentRedirect: 'S3_REGION_WRONG',
  TemporaryRedirect: 'S3_REGION_WRONG',
  AuthorizationHeaderMalformed: 'S3_REGION_WRONG',
  IllegalLocationConstraintException: 'S3_REGION_WRONG',
  CredentialsProviderError: 'S3_CREDENTIALS_REFUSED',
  TokenProviderError: 'S3_CREDENTIALS_REFUSED',
  InvalidAccessKeyId: 'S3_CREDENTIALS_REFUSED',
  SignatureDoesNotMatch: 'S3_CREDENTIALS_REFUSED',
  ExpiredToken: 'S3_CREDENTIALS_REFUSED',
  ExpiredTokenException: 'S3_CREDENTIALS_REFUSED',
  InvalidToken: 'S3_CREDENTIALS_REFUSED',
  InvalidClientTokenId: 'S3_CREDENTIALS_REFUSED',
  RequestTimeTooSkewed: 'S3_CREDENTIALS_REFUSED',
  TimeoutError: 'S3_UNREACHABLE',
  RequestTimeout: 'S3_UNREACHABLE',
  SlowDown: 'S3_UNREACHABLE',
};

/** Errors of sockets, names and certificates; those of files are none of S3's. */
const networkCode =
  /^(E(CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|PIPE|HOSTUNREACH|NETUNREACH|HOSTDOWN|PROTO)|CERT_\w+|ERR_(TLS|SSL)_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|HOSTNAME_MISMATCH)$/;

/** A failure of the catalogue for what the SDK threw; anything that is not about S3 stays what it is. `place`: the S3 URL. */
export function s3Failure(error: unknown, place: string): unknown {
  if (error instanceof CarryoverError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  return code === undefined ? error : new CarryoverError(code, detailOf(error), { file: place }, { cause: error });
}

function codeOf({ name, code = '', $metadata, message }: SdkError & Error): FailureCode | undefined {
  const named = codesByName[name];
  if (named !== undefined) return named;
  // The SDK has no class for it.
  if (message === 'Region is missing') return 'S3_REGION_WRONG';
  if (networkCode.test(code)) return 'S3_UNREACHABLE';
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return undefined;
  if (status === 301) return 'S3_REGION_WRONG';
  if (status === 401 || status === 403) return 'S3_ACCESS_DENIED';
  return status === 429 || status >= 500 ? 'S3_UNREACHABLE' : 'S3_REFUSED';
}

/** The name of the error and the status, where there are any: both are codes, never text. */
function detailOf(error: SdkError): string {
  const status = error.$metadata?.httpStatusCode;
  const parts = [error.code ?? error.name ?? '', status === undefined ? '' : String(status)];
  const said = parts.filter((part) => /^[\w.]{1,60}$/.test(part) && part !== 'Error').join(', ');
  return said === '' ? '' : `Code: ${said}.`;
}

/** True where the answer is that the object is not there. */
export function isMissing(error: unknown): boolean {
  const { name } = error as SdkError;
  return name === 'NoSuchKey' || name === 'NotFound';
}
