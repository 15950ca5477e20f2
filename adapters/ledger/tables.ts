import type { Kysely } from 'kysely';

/** The tables of the ledger database. Times are ISO 8601 text in UTC, or milliseconds where they are compared (`_ms`); JSON is text. */
export interface LedgerTables {
  readonly meta: { name: string; value: string };
  readonly batch: BatchTable;
  readonly batch_purge: { batch_id: string; at: string; actor: string; policy: string; bytes: number };
  readonly transfer: TransferTable;
  readonly event: EventTable;
  readonly deed: DeedTable;
  readonly secret: SecretTable;
  readonly secret_key: { transfer_id: string; wrapped_key: string };
  readonly handed_in_token: { fingerprint: string; transfer_id: string };
  readonly link: LinkTable;
  readonly pacing: { counterpart_id: string; tokens: number; refilled_at_ms: number; not_before_ms: number };
  readonly onboarding: OnboardingTable;
  readonly member_lease: MemberLeaseTable;
}

/** The ledger database, or a transaction on it. */
export type LedgerDatabase = Kysely<LedgerTables>;

interface BatchTable {
  batch_id: string;
  direction: string;
  counterpart_id: string;
  profile_hash: string;
  profile_object: string;
  roster_object: string;
  roster_hash: string;
  source_dir_object: string | null;
  actor: string;
  created_at: string;
  rows: number | null;
  launched: number;
  closed_at: string | null;
  head_hash: string | null;
  is_update: number;
  update_of: string | null;
}

interface TransferTable {
  transfer_id: string;
  batch_id: string;
  line: number;
  row_key: string;
  member_key: string;
  direction: string;
  counterpart_id: string;
  record_object: string;
  record_revision: number;
  fence: number;
  head_seq: number;
  head_hash: string;
  state: string;
  reason: string | null;
  projection: string;
  // The counts of the projection, so that a batch is summed without reading every projection.
  resources: number;
  open: number;
  confirmed: number;
  refused: number;
  unknown: number;
  withheld: number;
  repeats: number;
  created_at: string;
  updated_at: string;
}

interface EventTable {
  transfer_id: string;
  seq: number;
  kind: string;
  subject: string;
  try_number: number;
  at: string;
  actor: string;
  body: string;
  previous_hash: string;
  hash: string;
}

interface DeedTable {
  deed_id: string;
  transfer_id: string;
  signal: string;
  payload: string;
  actor: string;
  at: string;
  event_seq: number;
  delivered_at: string | null;
}

interface SecretTable {
  secret_id: string;
  transfer_id: string;
  kind: string;
  fingerprint: string;
  sealed: string;
  expires_at_ms: number;
  created_at: string;
}

interface LinkTable {
  state_hash: string;
  transfer_id: string;
  revision: number;
  secret_id: string;
  verifier_secret_id: string | null;
  issued_at: string;
  expires_at_ms: number;
  used_at: string | null;
}

interface MemberLeaseTable {
  counterpart_id: string;
  transfer_id: string;
  /** The attempt that it belongs to. */
  holder: string;
  /** 0: it waits in the line. */
  in_flight: number;
  token_ends_at_ms: number;
  expires_at_ms: number;
}

interface OnboardingTable {
  counterpart_id: string;
  seq: number;
  kind: 'attempted' | 'answered' | 'granted';
  message_id: string | null;
  mail_object: string | null;
  outcome: string | null;
  actor: string;
  at: string;
}
