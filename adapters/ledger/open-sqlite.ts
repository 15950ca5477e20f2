import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { CarryoverError } from '../../schemas/failures.ts';

/** SQLite itself waits only this long, because its wait stops the whole process; the rest is waited for outside of it. */
const busyTimeoutMs = 100;
const openAttempts = 50;

/** Opens a SQLite file (made 0600 when missing) in the mode that the ledger needs (design.md, rule 6). Throws LEDGER_UNREACHABLE. */
export async function openSqlite(path: string): Promise<DatabaseSync> {
  try {
    await createPrivate(path);
    return await openWhenFree(path);
  } catch (cause) {
    throw new CarryoverError('LEDGER_UNREACHABLE', '', {}, { cause });
  }
}

async function createPrivate(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Never opens a file that exists: closing it would drop the locks that this process holds on it through SQLite.
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  await file?.close();
}

async function openWhenFree(path: string): Promise<DatabaseSync> {
  for (let attempt = 1; ; attempt += 1) {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      database.exec(
        'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on',
      );
      return database;
    } catch (error) {
      database.close();
      // Turning to WAL needs the file alone for a moment.
      if (!isBusy(error) || attempt === openAttempts) throw error;
      await sleep(20 + Math.random() * 80);
    }
  }
}

/** True where SQLite says that somebody else is writing (SQLITE_BUSY or SQLITE_LOCKED, with any extension). */
export function isBusy(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' && [5, 6].includes(errcode & 0xff);
}
