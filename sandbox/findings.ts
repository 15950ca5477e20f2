import type { Clock } from './clock.ts';
import type { Database, Row } from './database.ts';

/** Things a witness noticed: none of them changes an answer. */
export type FindingKind =
  | 'code-used-twice'
  | 'code-expired'
  | 'code-verifier-wrong'
  | 'refresh-token-used-twice'
  | 'repeated-id'
  | 'repeated-content'
  | 'wrong-patient'
  | 'oversize-bundle'
  | 'token-on-wrong-origin'
  | 'unknown-token'
  | 'expired-token-used'
  | 'read-with-write-token'
  | 'write-with-read-token'
  | 'duplicate-mail'
  | 'mail-not-understood'
  | 'member-data-in-subject';

export interface Findings {
  note(kind: FindingKind, previousMemberId: string | null, details?: Readonly<Record<string, unknown>>): void;
  list(previousMemberId?: string): readonly Record<string, unknown>[];
}

/** Keeps findings durably, in the transaction that is open where there is one. */
export function createFindings(database: Database, clock: Clock): Findings {
  return {
    note(kind, previousMemberId, details = {}) {
      const sql = 'INSERT INTO findings (at, kind, member_id, details) VALUES (?, ?, ?, ?)';
      database.run(sql, clock.iso(), kind, previousMemberId, JSON.stringify(details));
    },
    list(previousMemberId) {
      const rows =
        previousMemberId === undefined
          ? database.rows('SELECT * FROM findings ORDER BY seq')
          : database.rows('SELECT * FROM findings WHERE member_id = ? ORDER BY seq', previousMemberId);
      return rows.map(toFinding);
    },
  };
}

function toFinding(row: Row): Record<string, unknown> {
  const details = JSON.parse(String(row['details'])) as Record<string, unknown>;
  return { seq: row['seq'], at: row['at'], kind: row['kind'], previousMemberId: row['member_id'], details };
}
