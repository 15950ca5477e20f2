import type { DatabaseSync } from 'node:sqlite';

import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

import { GroupCommitDriver } from './group-commit-driver.ts';
import { SqliteStatements } from './sqlite-statements.ts';

/** kysely's SQLite dialect on node:sqlite, with transactions that begin as writers, wait for other processes and share commits. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createDriver: () => new GroupCommitDriver(new SqliteStatements(database)),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TurnsAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class TurnsAdapter extends SqliteAdapter {
  /** SQLite can undo CREATE TABLE; so migrations run in one transaction, and two processes that open a new ledger do not collide. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The driver itself sees to it that one works at a time: a turn ends before its transaction is durable. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
