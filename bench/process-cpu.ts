import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

const ticksPerSecond = 100;

/** CPU seconds (user and system) that a process has used so far; Linux only. */
export function cpuSecondsOf(pid: number): number {
  // The name in parentheses may hold spaces; the fields are counted from behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The machine's load over the last minute. */
export function loadNow(): string {
  return loadavg()[0]?.toFixed(1) ?? '?';
}
