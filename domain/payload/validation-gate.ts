import type { FhirResource, OperationOutcomeIssue } from '../../schemas/fhir.ts';
import type { PreparedResource } from './prepare-resource.ts';

export type Validate = (resource: FhirResource) => readonly OperationOutcomeIssue[];
export type ValidationPolicy = 'refuse' | 'withhold' | 'warn';

export type GateResult =
  | {
      readonly kind: 'passed';
      /** What to withhold, each with the code and the place of its first error. */
      readonly invalid: ReadonlyMap<PreparedResource, string>;
      /** Issues that stop nothing, by issue code. */
      readonly warnings: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'refused'; readonly detail: string };

/** Validates every resource that may be sent, as it would be sent, and does what the policy of the profile says. */
export function validationGate(
  resources: readonly PreparedResource[],
  validate: Validate,
  policy: ValidationPolicy,
): GateResult {
  const invalid = new Map<PreparedResource, string>();
  const warnings: Record<string, number> = {};
  for (const prepared of resources) {
    const issues = validate(prepared.resource);
    const error = policy === 'warn' ? undefined : issues.find(isError);
    if (error !== undefined) invalid.set(prepared, describeIssue(error));
    for (const issue of issues)
      if (policy === 'warn' || !isError(issue)) warnings[issue.code] = (warnings[issue.code] ?? 0) + 1;
  }
  const stops = policy === 'refuse' ? invalid.size > 0 : [...invalid.keys()].some(isPatient);
  return stops
    ? { kind: 'refused', detail: summary(invalid, resources.length) }
    : { kind: 'passed', invalid, warnings };
}

function isError({ severity }: OperationOutcomeIssue): boolean {
  return severity === 'error' || severity === 'fatal';
}

/** A record without its Patient says nothing about the member. */
function isPatient({ resource }: PreparedResource): boolean {
  return resource.resourceType === 'Patient';
}

function describeIssue({ code, expression }: OperationOutcomeIssue): string {
  return [code, expression?.[0]].filter((part) => part !== undefined).join(' ');
}

function summary(invalid: ReadonlyMap<PreparedResource, string>, of: number): string {
  const byIssue = Map.groupBy(invalid.values(), (issue) => issue);
  return `${invalid.size} of ${of} resources: ${[...byIssue].map(([issue, list]) => `${list.length} ${issue}`).join(', ')}.`;
}
