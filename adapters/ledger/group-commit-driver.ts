import { setTimeout as sleep } from 'node:timers/promises';

import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';

import { CarryoverError } from '../../schemas/failures.ts';
import { isBusy } from './open-sqlite.ts';
import type { SqliteStatements } from './sqlite-statements.ts';

const beginDeadlineMs = 30_000;
/** So that a crowd of writers cannot put off the commit of the first one for long. */
const mostTogether = 64;

/** Transactions that will be committed together: all of them are durable, or none is. */
interface Group {
  readonly durable: PromiseWithResolvers<void>;
  members: number;
  /** The next one who ends its turn commits. */
  due: boolean;
}

/**
 * Transactions on one SQLite connection. Those that come in one turn of the event loop share one commit, which is what a
 * synchronous write costs; each is a savepoint of its own, and none is told that it is done before the disk has it. BEGIN
 * IMMEDIATE takes the write lock before anything is read, so nothing that was read can be out of date at the first write.
 */
export class GroupCommitDriver implements Driver {
  readonly #statements: SqliteStatements;
  readonly #waiting: (() => void)[] = [];
  #taken = false;
  #group: Group | undefined;

  constructor(statements: SqliteStatements) {
    this.#statements = statements;
  }

  async init(): Promise<void> {
    // The database is open already.
  }

  /** A turn: nobody else's statements run until it is released, or its transaction has ended. */
  async acquireConnection(): Promise<DatabaseConnection> {
    // Who had the turn hands it over without letting go: nobody can slip in before the one who waited goes on.
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken = true;
    return new Turn(this.#statements, () => this.#commitGroup());
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const group = (this.#group ??= await this.#beginGroup());
    this.#run('savepoint turn');
    group.members += 1;
    (connection as Turn).inTransaction = true;
  }

  /** Ends the turn at once, so that others may join; resolves when everybody's work is on the disk. */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const group = this.#openGroup();
    this.#run('release turn');
    this.#endTurn(connection as Turn);
    await group.durable.promise;
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // Its commit failed after its turn: what was in the group is undone already, and the savepoint there is now somebody else's.
    if ((connection as Turn).ended) return;
    // SQLite itself undoes a whole transaction where the disk is full; then there is nothing left to go back to.
    if (!this.#statements.isTransaction) return this.#endTurn(connection as Turn);
    this.#run('rollback to turn');
    this.#run('release turn');
    this.#endTurn(connection as Turn);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (!(connection as Turn).ended) this.#passOn(connection as Turn);
  }

  async destroy(): Promise<void> {
    this.#commitGroup();
    this.#statements.close();
  }

  async #beginGroup(): Promise<Group> {
    const deadline = performance.now() + beginDeadlineMs;
    for (;;) {
      try {
        this.#run('begin immediate');
        break;
      } catch (error) {
        // Nothing has been done yet: trying again is harmless.
        if (!isBusy(error)) throw error;
        if (performance.now() > deadline)
          throw new CarryoverError('LEDGER_UNREACHABLE', 'Another process keeps it locked.', {}, { cause: error });
        await sleep(1 + Math.random() * 10);
      }
    }
    const group: Group = { durable: Promise.withResolvers<void>(), members: 0, due: false };
    // A group whose members all went back has nobody who listens.
    group.durable.promise.catch(() => undefined);
    setImmediate(() => {
      if (this.#group !== group) return;
      if (this.#taken) group.due = true;
      else this.#commitGroup();
    });
    return group;
  }

  #openGroup(): Group {
    // SQLite undid everything on its own, and those before us in the group have been told.
    if (this.#group === undefined || !this.#statements.isTransaction) {
      this.#commitGroup();
      throw new CarryoverError('LEDGER_UNREACHABLE', 'The database undid the transaction.');
    }
    return this.#group;
  }

  #endTurn(turn: Turn): void {
    const group = this.#group;
    if (group !== undefined && (group.due || group.members >= mostTogether)) this.#commitGroup();
    this.#passOn(turn);
  }

  #passOn(turn: Turn): void {
    turn.ended = true;
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }

  /** Makes durable what is in the open group, if there is one, and tells everybody in it. */
  #commitGroup(): void {
    const group = this.#group;
    if (group === undefined) return;
    this.#group = undefined;
    try {
      this.#run('commit');
      group.durable.resolve();
    } catch (error) {
      if (this.#statements.isTransaction) this.#run('rollback');
      group.durable.reject(error);
    }
  }

  #run(sql: string): void {
    this.#statements.run(CompiledQuery.raw(sql));
  }
}

/** The connection as one user sees it. */
class Turn implements DatabaseConnection {
  readonly #statements: SqliteStatements;
  readonly #commitOthers: () => void;
  inTransaction = false;
  ended = false;

  constructor(statements: SqliteStatements, commitOthers: () => void) {
    this.#statements = statements;
    this.#commitOthers = commitOthers;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // Outside of a transaction nobody may see, and act on, what is not durable yet.
    if (!this.inTransaction) this.#commitOthers();
    return this.#statements.run<Row>(query);
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('The ledger reads in portions, not in streams.');
  }
}
