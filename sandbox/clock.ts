import type { Database } from './database.ts';

export interface Clock {
  /** Milliseconds since 1970 as the sandbox sees them. */
  now(): number;
  /** The same, as an ISO instant. */
  iso(): string;
  offsetMs(): number;
  /** Sets how far the sandbox's time is ahead of the machine's. */
  setOffset(offsetMs: number): void;
}

/** A clock that can be moved and stays moved after a restart. */
export function createClock(database: Database): Clock {
  let offsetMs = Number(database.row('SELECT value FROM settings WHERE name = ?', 'clockOffsetMs')?.['value'] ?? 0);
  const now = (): number => Date.now() + offsetMs;
  return {
    now,
    iso: () => new Date(now()).toISOString(),
    offsetMs: () => offsetMs,
    setOffset(next) {
      database.run('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', 'clockOffsetMs', String(next));
      offsetMs = next;
    },
  };
}
