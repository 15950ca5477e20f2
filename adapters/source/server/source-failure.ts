import { CarryoverError, type FailureCode } from '../../../schemas/failures.ts';
import { FhirReadError } from '../../fhir/fhir-read-error.ts';

/** What the codes of a read mean where the other side is a source of ours; the others stay as they are. */
const meanings: Partial<Readonly<Record<FailureCode, FailureCode>>> = {
  TOKEN_REJECTED: 'SOURCE_AUTH',
  ACCESS_FORBIDDEN: 'SOURCE_AUTH',
  COUNTERPART_UNREACHABLE: 'SOURCE_UNREACHABLE',
  COUNTERPART_ERROR: 'SOURCE_UNREACHABLE',
  COUNTERPART_THROTTLED: 'SOURCE_UNREACHABLE',
  COUNTERPART_MALFORMED: 'SOURCE_INVALID',
  ORIGIN_REFUSED: 'SOURCE_INVALID',
};

/** The failure of a source behind a failed read. Details name a status at the most. What is no failure of ours is thrown as it is. */
export function sourceFailure(error: unknown): CarryoverError {
  if (!(error instanceof CarryoverError)) throw error;
  const status = error instanceof FhirReadError ? error.status : undefined;
  const code = status === 404 || status === 410 ? 'SOURCE_NOT_FOUND' : meanings[error.code];
  if (code === undefined) return error;
  return new CarryoverError(code, detailOf(error, status), {}, { retryAfterMs: error.retryAfterMs });
}

function detailOf({ code }: CarryoverError, status: number | undefined): string {
  if (code === 'ORIGIN_REFUSED') return 'The source server named a URL of another origin; it was not followed.';
  if (status === undefined) return '';
  return status === 200
    ? 'An answer of the source server is no FHIR.'
    : `The source server answered with HTTP ${status}.`;
}
