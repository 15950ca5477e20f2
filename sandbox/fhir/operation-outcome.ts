/** An OperationOutcome of one error; `code` is from FHIR's IssueType. */
export function operationOutcome(code: string, diagnostics: string, severity = 'error'): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity, code, diagnostics }] };
}
