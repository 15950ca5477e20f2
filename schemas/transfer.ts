import type { ResourceCounts } from './counts.ts';
import type { FailureCode } from './failures.ts';
import type { BatchId, CounterpartId, DeedId, Direction, SecretId, TransferId } from './ids.ts';
import type { ApprovalDecision, UnknownDecision } from './ledger-events.ts';
import type { EndState, TransferState } from './states.ts';

/**
 * Task queues: workflows and light work; code exchanges, which must never wait behind slices; slices of one counterpart.
 * They carry the installation's id, so that a worker never takes what another installation's keys have sealed.
 */
export const workflowTaskQueue = (installationId: string): string => `carryover-${installationId}`;
export const exchangeTaskQueue = (taskQueue: string): string => `${taskQueue}-exchange`;
export const sliceTaskQueue = (taskQueue: string, counterpartId: CounterpartId): string =>
  `${taskQueue}-slices-${counterpartId}`;

/** Workflow ids are opaque: the transfer id is a keyed hash, the batch id random. */
export const transferWorkflowId = (transferId: TransferId): string => `transfer/${transferId}`;
export const sweepWorkflowId = (installationId: string): string => `sweep/${installationId}`;

/** Asks a batch to look at its rows now. */
export const lookNowSignal = 'lookNow';
export const batchWorkflowId = (batchId: BatchId): string => `batch/${batchId}`;

/** What both transfer workflows get. Times come from the counterpart profile, so that tests run short. */
export interface TransferInput {
  readonly transferId: TransferId;
  readonly batchId: BatchId;
  readonly counterpartId: CounterpartId;
  readonly heartbeatTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

export interface Reminders {
  readonly everyMs: number;
  readonly atMost: number;
}

export interface SendMemberInput extends TransferInput {
  readonly approvalDeadlineMs: number;
  /** None are sent where it is left out. */
  readonly approvalReminders?: Reminders;
  readonly tokenDeadlineMs: number;
  readonly sliceMs: number;
}

export interface ReceiveMemberInput extends TransferInput {
  readonly linkLifetimeMs: number;
  readonly codeLifetimeMs: number;
  /** Set where links go by e-mail. */
  readonly mailsLinks?: true;
  /** None are sent where it is left out. */
  readonly linkReminders?: Reminders;
  /** An update whose profile keeps refresh tokens: one may be there of the member's last transfer. */
  readonly mayHaveKeptToken?: true;
}

export interface RunBatchInput {
  readonly batchId: BatchId;
  readonly direction: Direction;
  readonly counterpartId: CounterpartId;
  readonly heartbeatTimeoutMs: number;
  /** Set when the run continues as new: launching is done, only the ends are waited for. */
  readonly launched: boolean;
}

/** How a transfer workflow ends. */
export interface TransferResult {
  readonly transferId: TransferId;
  readonly state: EndState;
  readonly counts: ResourceCounts;
}

/** How many rows of a batch stand in which state. */
export interface BatchProgress {
  readonly rows: number;
  readonly ended: number;
  readonly byState: Readonly<Partial<Record<TransferState, number>>>;
}

// Signals: each was committed to the ledger first and carries only references. The deed id makes a repeat harmless.
export interface ApprovalDecided {
  readonly deedId: DeedId;
  readonly decision: ApprovalDecision;
}
export interface Resubmitted {
  readonly deedId: DeedId;
  readonly revision: number;
}
export interface TokenReceived {
  readonly deedId: DeedId;
  readonly secretId: SecretId;
  /** Milliseconds since 1970, by the clock of the one who recorded it. */
  readonly expiresAtMs: number;
}
export interface CodeReceived {
  readonly deedId: DeedId;
  readonly secretId: SecretId;
  readonly revision: number;
  readonly expiresAtMs: number;
}
export interface AuthorizationDenied {
  readonly deedId: DeedId;
  readonly revision: number;
  /** Where it was not the member who said no. */
  readonly reason?: FailureCode;
}
export interface LinkReissued {
  readonly deedId: DeedId;
  /** Of the fresh link. */
  readonly revision: number;
}
export interface UnknownsDecided {
  readonly deedId: DeedId;
  readonly decision: UnknownDecision;
}
export interface ControlRequested {
  readonly deedId: DeedId;
  readonly control: 'pause' | 'resume' | 'cancel';
}

/** Every signal by name. Names are published: a signal of an old CLI must reach a new worker. */
export interface TransferSignals {
  readonly approvalDecided: ApprovalDecided;
  readonly resubmitted: Resubmitted;
  readonly tokenReceived: TokenReceived;
  readonly codeReceived: CodeReceived;
  readonly authorizationDenied: AuthorizationDenied;
  readonly linkReissued: LinkReissued;
  readonly unknownsDecided: UnknownsDecided;
  readonly controlRequested: ControlRequested;
}
export type TransferSignalName = keyof TransferSignals;

/** The answer of the `progress` query: which deeds the workflow has taken, and what it waits for. No PHI. */
export interface TransferProgress {
  readonly step: string;
  readonly deedsTaken: readonly DeedId[];
}
