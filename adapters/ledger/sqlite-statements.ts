import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import type { CompiledQuery, QueryResult } from 'kysely';

const statementsKept = 100;

/** Runs kysely's queries on node:sqlite. Statements are kept: preparing one costs more than running it. */
export class SqliteStatements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, { readonly statement: StatementSync; readonly reads: boolean }>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const { statement, reads } = this.#prepare(sql);
    const values = parameters as readonly SQLInputValue[];
    if (reads) return { rows: statement.all(...values) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): { readonly statement: StatementSync; readonly reads: boolean } {
    const kept = this.#prepared.get(sql);
    if (kept !== undefined) return kept;
    const statement = this.#database.prepare(sql);
    const fresh = { statement, reads: statement.columns().length > 0 };
    if (this.#prepared.size >= statementsKept) this.#prepared.clear();
    this.#prepared.set(sql, fresh);
    return fresh;
  }
}
