import type { ValidationIssue } from './validation.ts';

/** What was judged of a file: one resource, or something that should have been one. A line of `carryover validate --ndjson`. */
export interface ResourceVerdict {
  /** As it was found: the path that was given, or one below it; `-` for standard input. */
  readonly file: string;
  /** 1-based; of a file that is one JSON document, 1. Null where the whole file is meant. */
  readonly line: number | null;
  /** Place of the entry in its Bundle, from 0. The Bundle itself has a verdict without it. */
  readonly entry?: number;
  readonly resourceType: string | null;
  readonly id: string | null;
  /** Canonical URLs of the profiles that it was judged against. */
  readonly profiles: readonly string[];
  readonly valid: boolean;
  readonly issues: readonly VerdictIssue[];
}

/** An issue of OperationOutcome, flat. */
export interface VerdictIssue {
  readonly severity: ValidationIssue['severity'];
  readonly code: string;
  /** FHIRPath of the element; null where there is none. */
  readonly expression: string | null;
  readonly message: string;
  /** Key of the invariant, or null. */
  readonly constraint: string | null;
  readonly profile?: string;
}
