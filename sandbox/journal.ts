import type { Clock } from './clock.ts';
import type { Database, Row } from './database.ts';

/** `stored` and `updated` entries are in the store, `refused` and `not-stored` ones are not; `given` ones were read. */
export type EntryOutcome = 'stored' | 'updated' | 'refused' | 'not-stored' | 'given';

export interface JournalEntry {
  readonly position: number;
  readonly resourceType: string;
  readonly callerId: string | null;
  /** SHA-256 (hex) of the canonical JSON of the resource as it was received or given. */
  readonly contentSha256: string;
  readonly outcome: EntryOutcome;
  /** The HTTP status of this entry, whether or not the answer got through. */
  readonly status: number | null;
  readonly storedId: string | null;
}

export interface JournalRequest {
  readonly origin: 'authorization' | 'fhir';
  readonly method: string;
  readonly route: string;
  readonly previousMemberId: string | null;
  readonly tokenFingerprint: string | null;
  readonly bodySha256: string | null;
  /** null where the connection was reset instead of answered. */
  readonly status: number | null;
  readonly faults: readonly string[];
  readonly entries: readonly JournalEntry[];
}

export interface JournalRecord extends JournalRequest {
  readonly seq: number;
  readonly at: string;
}

export interface Journal {
  /** Appends inside the open transaction; the caller commits before it answers. */
  append(request: JournalRequest): void;
  /** At most `limit` records after `afterSeq`, oldest first. */
  read(filter: { previousMemberId?: string; afterSeq?: number; limit?: number }): JournalRecord[];
}

/** The durable arrival journal: what came in and what was stored, true even when the answer was lost. */
export function createJournal(database: Database, clock: Clock): Journal {
  return {
    append: (request) => appendRequest(database, clock.iso(), request),
    read({ previousMemberId, afterSeq = 0, limit = -1 }) {
      const rows =
        previousMemberId === undefined
          ? database.rows('SELECT * FROM requests WHERE seq > ? ORDER BY seq LIMIT ?', afterSeq, limit)
          : database.rows(
              'SELECT * FROM requests WHERE member_id = ? AND seq > ? ORDER BY seq LIMIT ?',
              previousMemberId,
              afterSeq,
              limit,
            );
      return rows.map((row) => toRecord(row, database));
    },
  };
}

const INSERT_REQUEST = `INSERT INTO requests
  (at, origin, method, route, member_id, token_fingerprint, body_sha256, status, faults)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`;
const INSERT_ENTRY = 'INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)';

function appendRequest(database: Database, at: string, request: JournalRequest): void {
  const { origin, method, route, previousMemberId, tokenFingerprint, bodySha256, status, faults, entries } = request;
  const parameters = [origin, method, route, previousMemberId, tokenFingerprint, bodySha256, status] as const;
  const seq = database.row(INSERT_REQUEST, at, ...parameters, JSON.stringify(faults))?.['seq'] ?? null;
  for (const entry of entries) {
    const { position, resourceType, callerId, contentSha256, outcome, storedId } = entry;
    database.run(INSERT_ENTRY, seq, position, resourceType, callerId, contentSha256, outcome, entry.status, storedId);
  }
}

function toRecord(row: Row, database: Database): JournalRecord {
  const entries = database.rows('SELECT * FROM entries WHERE seq = ? ORDER BY position', row['seq'] ?? null);
  return {
    seq: Number(row['seq']),
    at: String(row['at']),
    origin: row['origin'] as JournalRequest['origin'],
    method: String(row['method']),
    route: String(row['route']),
    previousMemberId: row['member_id'] as string | null,
    tokenFingerprint: row['token_fingerprint'] as string | null,
    bodySha256: row['body_sha256'] as string | null,
    status: row['status'] as number | null,
    faults: JSON.parse(String(row['faults'])) as string[],
    entries: entries.map((entry) => ({
      position: Number(entry['position']),
      resourceType: String(entry['resource_type']),
      callerId: entry['caller_id'] as string | null,
      contentSha256: String(entry['content_sha256']),
      outcome: entry['outcome'] as EntryOutcome,
      status: entry['status'] as number | null,
      storedId: entry['stored_id'] as string | null,
    })),
  };
}
