import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

import { SCHEMA } from './database-schema.ts';

export type Row = Readonly<Record<string, string | number | null>>;

export interface Database {
  /** Runs one statement that answers no rows. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** The first row, or undefined. */
  row(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** All rows. */
  rows(sql: string, ...values: SQLInputValue[]): Row[];
  /** Runs the work in one transaction: one fsync at its end; an inner call joins the outer transaction. */
  transaction<T>(work: () => T): T;
  /**
   * The same, sharing the transaction and its fsync with everything that is waiting; the promise is settled
   * after the commit. Work that throws is rolled back alone.
   */
  commitTogether<T>(work: () => T): Promise<T>;
  close(): void;
}

/** Opens (or makes) the sandbox's durable file; every commit is on the disk before it returns. */
export function openDatabase(dataDir: string): Database {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const sqlite = new DatabaseSync(join(dataDir, 'sandbox.sqlite'));
  sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  sqlite.exec('PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000;');
  sqlite.exec(SCHEMA);
  const prepare = rememberStatements(sqlite);
  const transaction = createTransaction(sqlite);

  return {
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    row: (sql, ...values) => prepare(sql).get(...values) as Row | undefined,
    rows: (sql, ...values) => prepare(sql).all(...values) as Row[],
    transaction,
    commitTogether: createGroupCommit(sqlite, transaction),
    close: () => sqlite.close(),
  };
}

function rememberStatements(sqlite: DatabaseSync) {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return (sql: string) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = sqlite.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
}

type Transaction = Database['transaction'];

function createTransaction(sqlite: DatabaseSync): Transaction {
  return (work) => {
    if (sqlite.isTransaction) return work();
    sqlite.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      sqlite.exec('COMMIT');
      return result;
    } catch (error) {
      if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
      throw error;
    }
  };
}

function createGroupCommit(sqlite: DatabaseSync, transaction: Transaction): Database['commitTogether'] {
  let waiting: (() => () => void)[] = [];
  const commitAll = (): void => {
    const group = waiting;
    waiting = [];
    const settlements = transaction(() => group.map((work) => work()));
    for (const settle of settlements) settle();
  };
  return (work) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(commitAll);
      waiting.push(() => {
        sqlite.exec('SAVEPOINT one');
        try {
          const result = work();
          sqlite.exec('RELEASE one');
          return () => resolve(result);
        } catch (error) {
          sqlite.exec('ROLLBACK TO one; RELEASE one');
          return () => reject(error);
        }
      });
    });
}
