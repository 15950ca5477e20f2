import type { ResourceKey } from './ids.ts';
import type { PlanCounts } from './ledger-events.ts';

/** Why a resource is not sent, on purpose. */
export type WithheldReason =
  | 'type-not-accepted'
  | 'not-clinical'
  | 'invalid'
  | 'already-sent'
  /** An earlier transfer lost its answer, and a person accepted that. */
  | 'maybe-sent'
  | 'depends-on'
  | 'too-large';

/** One distinct resource of the member's record, in the order in which it will be sent. */
export interface PlannedResource {
  readonly ordinal: number;
  readonly resourceType: string;
  /** Keyed hash of the source id; also the caller-fixed id in the counterpart's server. */
  readonly targetId: string;
  readonly resourceKey: ResourceKey;
  /** Already sent: the id that it has at the counterpart, which references to it were written with. */
  readonly storedId?: string;
  /** Keyed hash of the canonical content, so that an auditor can prove what was sent without the ledger holding PHI. */
  readonly contentHash: string;
  /** Ordinals of the planned resources that this one refers to. Ids from the server: only those that it will be linked with. */
  readonly dependsOn: readonly number[];
  readonly fate:
    | { readonly kind: 'send'; readonly bundle: number }
    | { readonly kind: 'withhold'; readonly reason: WithheldReason; readonly detail?: string };
  /**
   * The resource as it is sent, byte for byte (references and id rewritten, decimals as written). Empty when withheld, and
   * once it is purged. Ids from the
   * server: without an id, and each reference that will be linked is the placeholder URL of what it names. References to what an
   * earlier transfer sent name it by the id that it has there.
   */
  readonly json: string;
}

export interface PlannedBundle {
  /** 1-based. */
  readonly bundle: number;
  readonly ordinals: readonly number[];
  /** UTF-8 bytes of its body; the most that it can have where the server assigns the ids. */
  readonly bytes: number;
}

/** What of a member's record will be posted, in which bundles, and what is withheld and why. Kept sealed; never computed again. */
export interface Plan {
  readonly planVersion: 1;
  readonly idAssignment: 'caller' | 'server';
  readonly resources: readonly PlannedResource[];
  readonly bundles: readonly PlannedBundle[];
  readonly counts: PlanCounts;
  /** References of sent resources to something that is not sent: `Type` of both ends and how many. */
  readonly dangling: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  /** Reference cycles that were broken to find an order. */
  readonly cyclesBroken: number;
  /** Validation warnings by code, for the report. */
  readonly warnings: Readonly<Record<string, number>>;
}
