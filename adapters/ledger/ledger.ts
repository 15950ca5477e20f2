import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';

import { CarryoverError } from '../../schemas/failures.ts';
import { atomically } from './atomically.ts';
import { engineFor } from './dialect.ts';
import { actionsOn, type LedgerActions } from './ledger-actions.ts';
import { migrations } from './migrations.ts';
import type { LedgerDatabase, LedgerTables } from './tables.ts';

/** The append-only record of what was planned, attempted and answered, with the tables that must change together with it. */
export interface Ledger extends LedgerActions {
  /**
   * Does several things in one transaction: all of them, or none if the work throws. Await only the given actions in it:
   * the ledger itself would wait for this transaction to end, and everybody waits for what else is awaited.
   */
  atomically<T>(work: (actions: LedgerActions) => Promise<T>): Promise<T>;
  /** Makes deleted rows unreadable in the database's files too, as far as other processes let it. */
  forgetDeleted(): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerLocation {
  /** The SQLite file; made when it is missing. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** `keyCheck` of the key ring: the ledger opens only with the key file that it was made with. */
  readonly keyCheck: string;
}

/** Opens the ledger of a data directory and brings its tables up to date. Throws LEDGER_UNREACHABLE and KEY_WRONG. */
export async function openLedger({ path, clock, keyCheck }: LedgerLocation): Promise<Ledger> {
  const engine = await engineFor(path);
  const db = new Kysely<LedgerTables>({ dialect: engine.dialect });
  try {
    await atomically(db, async (transaction) => {
      await migrate(transaction);
      await checkKey(transaction, keyCheck);
    });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    ...actionsOn(db, clock),
    atomically: async (work) => await atomically(db, async (transaction) => await work(actionsOn(transaction, clock))),
    forgetDeleted: async () => await engine.forgetDeleted(db),
    close: async () => await db.destroy(),
  };
}

async function migrate(db: LedgerDatabase): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw new CarryoverError('LEDGER_UNREACHABLE', 'Its tables cannot be brought up to date.', {}, { cause: error });
}

async function checkKey(db: LedgerDatabase, keyCheck: string): Promise<void> {
  const row = await db
    .insertInto('meta')
    .values({ name: 'key_check', value: keyCheck })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((the) => ({ value: the.ref('meta.value') })))
    .returning('value')
    .executeTakeFirstOrThrow();
  if (row.value !== keyCheck) throw new CarryoverError('KEY_WRONG');
}
