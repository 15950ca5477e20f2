import type { LedgerDatabase } from './tables.ts';

/** Runs the work in one transaction: in a new one, or in the one that the database handle stands for already. */
export async function atomically<T>(db: LedgerDatabase, work: (db: LedgerDatabase) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}
