import { setTimeout as sleep } from 'node:timers/promises';

import { type Dialect, sql } from 'kysely';

import { openSqlite } from './open-sqlite.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import type { LedgerDatabase } from './tables.ts';

/** The one place that knows which database engine the ledger is on: today a SQLite file, later also PostgreSQL. */
export interface Engine {
  readonly dialect: Dialect;
  /** Makes deleted rows unreadable in the files too, as far as other processes let it. */
  forgetDeleted(db: LedgerDatabase): Promise<void>;
}

/** The engine for a path. Throws LEDGER_UNREACHABLE. */
export async function engineFor(path: string): Promise<Engine> {
  return { dialect: sqliteDialect(await openSqlite(path)), forgetDeleted: shared(truncateLog) };
}

/** Deletions that come this close together share one truncation: each is several synchronous writes, in which the process stands still. */
const shareMs = 100;

/** Work that is done once for everybody who asks for it within a short time; it begins after the last of them has asked. */
function shared(work: (db: LedgerDatabase) => Promise<void>): (db: LedgerDatabase) => Promise<void> {
  let coming: Promise<void> | undefined;
  return (db) =>
    (coming ??= sleep(shareMs).then(() => {
      coming = undefined;
      return work(db);
    }));
}

/**
 * `secure_delete` overwrites deleted rows in the database file; the write-ahead log still holds older pages until it is truncated.
 * A busy reader or writer can prevent that; then the next deletion, or closing, does it.
 */
async function truncateLog(db: LedgerDatabase): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
    if (rows[0]?.busy === 0) return;
    await sleep(20 * (round + 1));
  }
}
