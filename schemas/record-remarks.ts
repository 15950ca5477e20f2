import type { FhirResource, OperationOutcomeIssue } from './fhir.ts';

/** Something that was found while a member's record was read or put together; nothing of the record is left out for it. */
export type RecordRemark =
  /** An OperationOutcome that the server put among the entries of a searchset, as it came. */
  | { readonly kind: 'server-outcome'; readonly outcome: FhirResource }
  /** The server does not give this type, by the HTTP status that is named: nothing of it is in the record. */
  | { readonly kind: 'type-not-given'; readonly resourceType: string; readonly status: number }
  /** A reference of the record, `Type/id`, to something that the server would not give. */
  | { readonly kind: 'reference-not-readable'; readonly reference: string }
  /** A reference of the record, `Type/id`, that the server answered with another resource; nothing of that is kept. */
  | { readonly kind: 'reference-answered-otherwise'; readonly reference: string }
  /** Errors against FHIR R4 in one resource, which is kept all the same. */
  | { readonly kind: 'invalid-resource'; readonly resource: string; readonly issues: readonly OperationOutcomeIssue[] }
  /** Resources with one type and id and different contents: every one is kept. */
  | { readonly kind: 'id-used-twice'; readonly resource: string; readonly count: number }
  /** Delivered before, of a type that was read in full now, and it did not come: no proof that it was deleted. */
  | { readonly kind: 'no-longer-returned'; readonly resource: string }
  /** Resources that the server gave no id: every one is kept. */
  | { readonly kind: 'without-id'; readonly resourceType: string; readonly count: number };

/** A resource that came as it had been delivered before. */
export interface UnchangedResource {
  /** `Type/id`. */
  readonly name: string;
  /** Keyed hash of the canonical content. */
  readonly contentHash: string;
}

/** What is kept, sealed, beside the record of a member that was stored. */
export interface RecordRemarks {
  /** The id of the member's Patient, as the counterpart calls it. */
  readonly patientId?: string;
  readonly remarks: readonly RecordRemark[];
  /** An update: what came and is not stored a second time, each once. */
  readonly unchanged?: readonly UnchangedResource[];
}
