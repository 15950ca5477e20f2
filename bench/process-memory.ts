import { readFileSync } from 'node:fs';

/** Memory of a process that is in RAM now, in MiB; Linux only. */
export function residentMiBOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}

export interface MemoryWatch {
  /** The most since the last call, in MiB. */
  peakMiB(): number;
  stop(): void;
}

/** Looks at the memory of a process four times a second. */
export function watchMemory(pid: number): MemoryWatch {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, residentMiBOf(pid));
  };
  const timer = setInterval(look, 250);
  return {
    peakMiB() {
      look();
      const most = peak;
      peak = 0;
      return most;
    },
    stop: () => clearInterval(timer),
  };
}
