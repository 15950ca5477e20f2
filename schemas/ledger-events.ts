import type { FailureCode } from './failures.ts';
import type { BatchId, CounterpartId, DeedId, Direction, ObjectKey, SecretId, TransferId } from './ids.ts';
import type { EndState } from './states.ts';

/** How the resources of a transfer were counted when it was planned. `resources = planned + withheld + repeats`. */
export interface PlanCounts {
  readonly resources: number;
  readonly planned: number;
  readonly repeats: number;
  readonly withheld: number;
  readonly bundles: number;
  readonly withheldByReason: Readonly<Record<string, number>>;
}

/** What the counterpart said about one entry of a bundle. `deferred`: not stored for now (429 and the like), goes again. */
export type EntryOutcome = 'confirmed' | 'refused' | 'deferred' | 'unknown';

export interface EntryAnswer {
  /** The resource's place in the plan. */
  readonly ordinal: number;
  readonly outcome: EntryOutcome;
  readonly status: number;
  /** The id under which the counterpart stored it, where it said so and it is not the one that we fixed. */
  readonly storedId?: string;
  /** First issue code of the OperationOutcome of a refusal. */
  readonly issueCode?: string;
}

/** Why a try was not stored for certain: proved by our HTTP client, or said by the counterpart's status. */
export type UnsentCause = 'not-connected' | 'no-bytes-written' | 'throttled' | 'unavailable' | 'token-rejected';

export type ApprovalDecision = 'approve' | 'changes' | 'clarify' | 'refuse';
export type UnknownDecision = 'accept' | 'resend';

/** The transfer that an update of a member follows: it stored a record of the same member at the same counterpart. */
export interface EarlierTransfer {
  readonly transferId: TransferId;
  readonly batchId: BatchId;
}

/** What an update came to, beside what it stored. */
export interface UpdateCounts {
  /** When the read began that it was compared with, by the counterpart's clock where it told it. ISO 8601. */
  readonly since: string;
  /** Whether only changes were asked for (`_lastUpdated`), or everything. */
  readonly asked: 'changes' | 'everything';
  /** Resources that came and were not stored a second time. */
  readonly unchanged: number;
  /** Delivered before, and not among what came of a type that was read in full. */
  readonly noLongerReturned: number;
}

/**
 * What can happen to a transfer. Bodies hold no PHI and no secrets: ids, counts, keyed hashes, references to sealed objects.
 * (kind, subject, try) is unique within a transfer: appending the same again returns the first.
 */
export type LedgerEventBody =
  // Both directions
  | {
      readonly kind: 'recorded';
      readonly direction: Direction;
      readonly counterpartId: CounterpartId;
      readonly batchId: BatchId;
      readonly line: number;
      /** Of an update, where there is one. */
      readonly earlier?: EarlierTransfer;
    }
  | { readonly kind: 'paused'; readonly deedId: DeedId }
  | { readonly kind: 'resumed'; readonly deedId: DeedId }
  | { readonly kind: 'cancel-requested'; readonly deedId: DeedId; readonly now: boolean }
  | { readonly kind: 'finding'; readonly finding: string; readonly count: number }
  | {
      readonly kind: 'closed';
      readonly state: EndState;
      readonly reason?: FailureCode;
      readonly place?: { readonly line?: number; readonly column?: string };
      readonly detail?: string;
      /** Receive: the last refresh token stays sealed, for the next update of the member. */
      readonly refreshTokenKept?: true;
    }
  /** `about`: the mail takes a link to the member; else it is about the review. `reminder`: its number, where it only reminds. */
  | {
      readonly kind: 'mail-attempted';
      readonly messageId: string;
      readonly about?: 'link';
      readonly reminder?: number;
    }
  | {
      readonly kind: 'mail-answered';
      readonly outcome: 'accepted' | 'refused' | 'unsent' | 'unknown' | 'written';
      readonly about?: 'link';
      readonly reminder?: number;
    }
  /** Committed before the first object is removed. */
  | {
      readonly kind: 'purge-attempted';
      /** Why, as the name of a rule. No PHI. */
      readonly policy: string;
      /** ISO 8601: the rule is for transfers that ended before this. */
      readonly endedBefore: string;
      /** How many sealed objects of each kind go, and their bytes on disk. */
      readonly objects: Readonly<Record<string, number>>;
      readonly bytes: number;
    }
  | { readonly kind: 'purged' }
  // Send
  | {
      readonly kind: 'prepared';
      readonly planObject: ObjectKey;
      readonly planHash: string;
      readonly counts: PlanCounts;
    }
  | { readonly kind: 'approval-requested'; readonly revision: number; readonly messageId: string }
  | {
      readonly kind: 'approval-decided';
      readonly deedId: DeedId;
      readonly decision: ApprovalDecision;
      readonly noteObject?: ObjectKey;
    }
  | {
      readonly kind: 'resubmitted';
      readonly deedId: DeedId;
      readonly revision: number;
      readonly recordObject: ObjectKey;
    }
  | {
      readonly kind: 'token-received';
      readonly deedId: DeedId;
      readonly secretId: SecretId;
      readonly fingerprint: string;
      readonly expiresAt: string;
      /** Where the expiry comes from: the JWT's `exp`, the mail's time plus the lifetime, or only the time of receipt. */
      readonly expiryFrom: 'exp' | 'mail' | 'assumed';
      /** Where it posts to, where a person changed the profile after the launch: it goes to this origin only. */
      readonly fhirBaseUrl?: string;
    }
  | {
      readonly kind: 'token-ended';
      readonly secretId: SecretId;
      readonly cause: 'expired' | 'rejected' | 'replaced' | 'destroyed';
    }
  | {
      readonly kind: 'attempted';
      readonly bundle: number;
      readonly fence: number;
      readonly ordinals: readonly number[];
      readonly bodyHash: string;
      readonly tokenFingerprint: string;
    }
  | {
      readonly kind: 'answered';
      readonly bundle: number;
      readonly status: number;
      readonly entries: readonly EntryAnswer[];
      /** Refusals and malformed answers keep the whole answer, sealed. */
      readonly answerObject?: ObjectKey;
      readonly findings?: readonly string[];
    }
  | {
      readonly kind: 'unsent';
      readonly bundle: number;
      readonly cause: UnsentCause;
      readonly ordinals: readonly number[];
    }
  | { readonly kind: 'lost'; readonly bundle: number; readonly cause: string; readonly ordinals: readonly number[] }
  | { readonly kind: 'withheld-later'; readonly ordinals: readonly number[]; readonly reason: string }
  | { readonly kind: 'unknowns-found'; readonly count: number }
  | {
      readonly kind: 'unknowns-decided';
      readonly deedId: DeedId;
      readonly decision: UnknownDecision;
      readonly ordinals: readonly number[];
      readonly noteObject?: ObjectKey;
      /** The rule by which many transfers were decided at once, such as `batch 3f…, cause time-out`. No PHI. */
      readonly rule?: string;
      /** With the decision that leaves nothing undecided: whether something is left to be posted, or the transfer closes. */
      readonly goesOn?: 'posting' | 'closing';
    }
  // Receive
  | { readonly kind: 'link-issued'; readonly revision: number; readonly stateHash: string; readonly expiresAt: string }
  /** Somebody gave the member a fresh link; its own event stands before. */
  | { readonly kind: 'link-reissued'; readonly deedId: DeedId; readonly revision: number }
  | {
      readonly kind: 'authorized';
      readonly deedId: DeedId;
      readonly secretId: SecretId;
      readonly revision: number;
      /** Keyed hash of the code: it is told when it comes again. */
      readonly fingerprint?: string;
    }
  | {
      readonly kind: 'authorization-denied';
      readonly deedId: DeedId;
      readonly error: string;
      /** Where it was not the member who said no. */
      readonly reason?: FailureCode;
    }
  | { readonly kind: 'exchange-attempted'; readonly secretId: SecretId }
  | {
      readonly kind: 'exchange-answered';
      readonly outcome: 'granted' | 'refused' | 'unsent' | 'unknown';
      readonly accessTokenId?: SecretId;
      readonly refreshTokenId?: SecretId;
      readonly fingerprint?: string;
      readonly expiresAt?: string;
      readonly reason?: FailureCode;
      /** The error code of a refusal (RFC 6749, 5.2), where it is one of the specification's. */
      readonly error?: string;
    }
  /** `keptFrom`: the ended transfer of the member whose kept refresh token this was. */
  | { readonly kind: 'refresh-attempted'; readonly secretId: SecretId; readonly keptFrom?: TransferId }
  | {
      readonly kind: 'refresh-answered';
      readonly outcome: 'granted' | 'refused' | 'unsent' | 'unknown';
      readonly accessTokenId?: SecretId;
      readonly refreshTokenId?: SecretId;
      readonly fingerprint?: string;
      readonly expiresAt?: string;
    }
  /** The refresh token that was kept of this transfer is gone: it was kept too long, or somebody wanted it so. */
  | {
      readonly kind: 'kept-token-destroyed';
      readonly secretId: SecretId;
      readonly cause: 'expired' | 'asked';
    }
  /** The Patient is the member by birth date and family name; what else was compared. */
  | {
      readonly kind: 'patient-compared';
      readonly givenName: 'same' | 'differs';
      readonly memberId: 'same' | 'differs' | 'absent';
    }
  | {
      readonly kind: 'page-read';
      readonly resourceType: string;
      readonly page: number;
      readonly object: ObjectKey;
      /** Where the page is in the list that the object holds, from 0; the object is the page itself where left out. */
      readonly place?: number;
      readonly resources: number;
      readonly dropped: number;
      /** What was dropped by its own type, which need not be the one that was asked for. */
      readonly droppedByType?: Readonly<Record<string, number>>;
      /** OperationOutcomes among the entries: remarks of the server, not resources of the member. */
      readonly outcomes?: number;
      /** An update: how many came as they are known; they are in no page. */
      readonly unchanged?: number;
      /** An update: `_lastUpdated` was asked to be at or after this. ISO 8601. */
      readonly since?: string;
      /** The HTTP status by which the server said that it does not give the type: nothing of it was read. */
      readonly notGiven?: number;
      /** The Patient's page: when the read began, and by whose clock. ISO 8601. */
      readonly started?: { readonly at: string; readonly clock: 'counterpart' | 'own' };
      readonly hasNext: boolean;
    }
  | {
      readonly kind: 'stored';
      readonly deliveryObject: ObjectKey;
      /** What was remarked while the record was read and put together. */
      readonly remarksObject?: ObjectKey;
      readonly countsByType: Readonly<Record<string, number>>;
      readonly dropped: Readonly<Record<string, number>>;
      /** Resources that came more than once, with the same id. */
      readonly repeats: number;
      readonly invalid: number;
      readonly update?: UpdateCounts;
    };

/** An event as it is handed to the ledger. */
export interface NewLedgerEvent {
  /** What of the transfer it is about, such as `bundle/3` or `revision/1`; `''` where there can be only one. */
  readonly subject: string;
  /** 1 for the first try. */
  readonly tryNumber: number;
  /** The operating-system user or service that did it; `worker` for the program itself. */
  readonly actor: string;
  readonly body: LedgerEventBody;
}

/** An event as it stands in the ledger. */
export interface LedgerEvent extends NewLedgerEvent {
  readonly seq: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly previousHash: string;
  /** SHA-256 over the previous hash and the canonical JSON of everything above, hex. */
  readonly hash: string;
}
