import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';

import { CarryoverError } from '../../schemas/failures.ts';
import { isBusy } from './open-sqlite.ts';

const beginDeadlineMs = 30_000;
const statementsKept = 100;

/** kysely's SQLite dialect on node:sqlite, with transactions that begin as writers and wait for other processes. */
export function immediateSqliteDialect(database: DatabaseSync): SqliteDialect {
  return new ImmediateSqliteDialect(sliceForKysely(database));
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver({ database: this.#database });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  /** BEGIN IMMEDIATE takes the write lock before anything is read, so nothing that was read can be out of date at the first write. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const deadline = performance.now() + beginDeadlineMs;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
        return;
      } catch (error) {
        // Nothing has been done yet: trying again is harmless.
        if (!isBusy(error)) throw error;
        if (performance.now() > deadline) {
          throw new CarryoverError('LEDGER_UNREACHABLE', 'Another process keeps it locked.', {}, { cause: error });
        }
        await sleep(1 + Math.random() * 10);
      }
    }
  }
}

/** SQLite can undo CREATE TABLE; so migrations run in one transaction, and two processes that open a new ledger do not collide. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** The slice of better-sqlite3 that kysely asks for. Statements are kept: preparing one costs more than running it. */
function sliceForKysely(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const kept = prepared.get(sql);
      if (kept !== undefined) return kept;
      const fresh = statement(database.prepare(sql));
      if (prepared.size >= statementsKept) prepared.clear();
      prepared.set(sql, fresh);
      return fresh;
    },
  };
}

function statement(prepared: StatementSync): ReturnType<SqliteDatabase['prepare']> {
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...(parameters as SQLInputValue[])),
    run: (parameters) => prepared.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => prepared.iterate(...(parameters as SQLInputValue[])),
  };
}
