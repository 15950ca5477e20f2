import type { OperationOutcomeIssue } from './fhir.ts';

/** One finding about a resource, in the terms of OperationOutcome.issue. `diagnostics` never holds a value of the resource. */
export interface ValidationIssue extends OperationOutcomeIssue {
  /** Canonical URL of the profile whose rule it is; absent for base R4. */
  readonly profile?: string;
  /** Key of the invariant, such as `us-core-6`. */
  readonly constraint?: string;
}

/** What was found out about one resource. */
export interface Judgement {
  /** No issue of severity error or fatal. */
  readonly valid: boolean;
  /** Canonical URLs of the profiles that it was judged against, in the order of the claims. */
  readonly profiles: readonly string[];
  readonly issues: readonly ValidationIssue[];
}
