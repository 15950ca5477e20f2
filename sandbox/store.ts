import type { Clock } from './clock.ts';
import type { Database } from './database.ts';

export interface StoredResource {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly previousMemberId: string;
  /** SHA-256 (hex) of the canonical JSON of the resource as it was received. */
  readonly contentSha256: string;
  readonly at: string;
}

export interface ResourceToKeep {
  readonly type: string;
  readonly id: string;
  readonly previousMemberId: string;
  /** JSON text, kept byte for byte so that decimals stay as written. */
  readonly content: string;
  readonly contentSha256: string;
}

export interface Store {
  /** The current version of an id, or undefined. */
  version(type: string, id: string): number | undefined;
  holdsContent(previousMemberId: string, contentSha256: string): boolean;
  /** Keeps a new resource or a new version of one; answers the version. */
  keep(resource: ResourceToKeep): number;
  content(type: string, id: string): string | undefined;
  list(previousMemberId?: string): StoredResource[];
}

const KEEP = `INSERT INTO resources (resource_type, id, version, member_id, content, content_sha256, at)
  VALUES (?, ?, 1, ?, ?, ?, ?)
  ON CONFLICT (resource_type, id) DO UPDATE SET version = version + 1, member_id = excluded.member_id,
    content = excluded.content, content_sha256 = excluded.content_sha256, at = excluded.at
  RETURNING version`;

/** What members' previous plans sent: content as posted, ids as given out. */
export function createStore(database: Database, clock: Clock): Store {
  const version = (type: string, id: string): number | undefined => {
    const row = database.row('SELECT version FROM resources WHERE resource_type = ? AND id = ?', type, id);
    return row === undefined ? undefined : Number(row['version']);
  };
  return {
    version,
    holdsContent(previousMemberId, contentSha256) {
      const sql = 'SELECT 1 AS held FROM resources WHERE member_id = ? AND content_sha256 = ? LIMIT 1';
      return database.row(sql, previousMemberId, contentSha256) !== undefined;
    },
    keep({ type, id, previousMemberId, content, contentSha256 }) {
      const row = database.row(KEEP, type, id, previousMemberId, content, contentSha256, clock.iso());
      return Number(row?.['version']);
    },
    content(type, id) {
      const row = database.row('SELECT content FROM resources WHERE resource_type = ? AND id = ?', type, id);
      return row?.['content'] as string | undefined;
    },
    list(previousMemberId) {
      const columns = `SELECT resource_type AS type, id, version, member_id AS previousMemberId,
        content_sha256 AS contentSha256, at FROM resources`;
      const rows =
        previousMemberId === undefined
          ? database.rows(`${columns} ORDER BY resource_type, id`)
          : database.rows(`${columns} WHERE member_id = ? ORDER BY resource_type, id`, previousMemberId);
      return rows as unknown as StoredResource[];
    },
  };
}
