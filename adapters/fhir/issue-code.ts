import { isRecord } from './is-record.ts';

/** FHIR R4 IssueType. Only these may leave an OperationOutcome: anything else in its place could hold data. */
const issueTypes: ReadonlySet<unknown> = new Set([
  'invalid',
  'structure',
  'required',
  'value',
  'invariant',
  'security',
  'login',
  'unknown',
  'expired',
  'forbidden',
  'suppressed',
  'processing',
  'not-supported',
  'duplicate',
  'multiple-matches',
  'not-found',
  'deleted',
  'too-long',
  'code-invalid',
  'extension',
  'too-costly',
  'business-rule',
  'conflict',
  'transient',
  'lock-error',
  'no-store',
  'exception',
  'timeout',
  'incomplete',
  'throttled',
  'informational',
]);

/** The issues of an OperationOutcome, or none where the value is something else. */
function issuesOf(outcome: unknown): readonly Record<string, unknown>[] {
  if (!isRecord(outcome) || outcome['resourceType'] !== 'OperationOutcome' || !Array.isArray(outcome['issue']))
    return [];
  return outcome['issue'].filter(isRecord);
}

/** The first issue code of an OperationOutcome that is one of FHIR's. */
export function firstIssueCode(outcome: unknown): string | undefined {
  return issuesOf(outcome)
    .map(({ code }) => code)
    .find((code): code is string => issueTypes.has(code));
}

/** True where the value is an OperationOutcome that reports an error. */
export function hasErrorIssue(outcome: unknown): boolean {
  return issuesOf(outcome).some(({ severity }) => severity === 'error' || severity === 'fatal');
}
