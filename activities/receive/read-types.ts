import type { Heartbeats } from '../heartbeating.ts';
import type { SliceEnd } from '../slice-limits.ts';
import type { ReadJob } from './read-job.ts';
import { readPages } from './read-pages.ts';

/**
 * Reads every type of the profile, as many at once as it allows, in its order; says why the slice has to end before. Where one type ends or
 * fails, the others end before their next request. Throws what the first one threw that failed.
 */
export async function readTypes(job: ReadJob, beat: Heartbeats): Promise<SliceEnd | undefined> {
  const { resourceTypes, parallelTypes = 1 } = job.receive;
  const left = [...resourceTypes];
  let halted = false;
  let end: SliceEnd | undefined;
  const haltable: ReadJob = {
    ...job,
    request: async (read) => (halted ? { kind: 'ended', end: { kind: 'slice-ended' } } : job.request(read)),
  };
  const readSome = async (): Promise<void> => {
    try {
      for (let type = left.shift(); type !== undefined && !halted; type = left.shift()) {
        const ended = await readPages(haltable, beat, type);
        if (ended === undefined || halted) continue;
        end = ended;
        halted = true;
      }
    } catch (error) {
      halted = true;
      throw error;
    }
  };
  // Every request that is in flight comes to its end, and its page is kept, before anything else is done.
  const settled = await Promise.allSettled(Array.from({ length: parallelTypes }, readSome));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return end;
}
