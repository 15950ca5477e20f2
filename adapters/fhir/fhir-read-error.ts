import type { FailureCode } from '../../schemas/failures.ts';
import { CarryoverError } from '../../schemas/failures.ts';

/** What of an answer that is no success may be told. */
export interface ReadRefused {
  readonly retryAfterMs?: number | undefined;
  /** FHIR's code of the first issue, where the answer was an OperationOutcome: then a FHIR server spoke, and no proxy. */
  readonly issueCode?: string | undefined;
}

/** A read that failed at the other side: the code, the HTTP status and how long to wait, and nothing else of the answer. */
export class FhirReadError extends CarryoverError {
  readonly status: number | undefined;
  readonly issueCode: string | undefined;

  constructor(code: FailureCode, status?: number, { retryAfterMs, issueCode }: ReadRefused = {}) {
    super(code, status === undefined ? '' : `HTTP ${status}.`, {}, { retryAfterMs });
    this.name = 'FhirReadError';
    this.status = status;
    this.issueCode = issueCode;
  }
}

/** The failure code of an HTTP status that is no success. */
export function codeOfStatus(status: number): FailureCode {
  if (status === 401) return 'TOKEN_REJECTED';
  if (status === 403) return 'ACCESS_FORBIDDEN';
  if (status === 429) return 'COUNTERPART_THROTTLED';
  return status >= 500 || status === 408 ? 'COUNTERPART_ERROR' : 'COUNTERPART_MALFORMED';
}
