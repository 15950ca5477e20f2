import { join } from 'node:path';

import { launchBatch } from '../operations/launch-batch.ts';
import type { BatchId } from '../schemas/ids.ts';
import { writeFaultRoster } from '../test/support/fault-roster.ts';
import type { World } from '../test/support/open-world.ts';
import type { ChaosOptions } from './chaos-options.ts';
import type { ChaosPeople } from './chaos-people.ts';
import { memberSizes, slowAnswers } from './chaos-work.ts';

/** The batches so far; a further one is launched when members run out. */
export interface ChaosBatches {
  readonly ids: readonly BatchId[];
  /** The batches that have rows about which something is still to be done, with how many. */
  open(): Promise<readonly { readonly batchId: BatchId; readonly rows: number }[]>;
  launch(): Promise<void>;
  /** So that there are always members who wait to be sent. */
  launchWhenFew(): Promise<void>;
  /** No further batch. */
  enough(): void;
}

export function openBatches(world: World, people: ChaosPeople, { members, seed }: ChaosOptions): ChaosBatches {
  const ids: BatchId[] = [];
  const ended = new Set<BatchId>();
  let more = true;
  return {
    ids,
    async open() {
      const open: { readonly batchId: BatchId; readonly rows: number }[] = [];
      for (const batchId of ids.filter((id) => !ended.has(id))) {
        const rows = await people.openRows(batchId);
        if (rows > 0) open.push({ batchId, rows });
        else ended.add(batchId);
      }
      return open;
    },
    async launch() {
      const firstIndex = ids.length * members;
      const dir = join(world.directory, 'roster', String(firstIndex));
      const roster = await writeFaultRoster({ dir, seed, members, firstIndex, sizes: memberSizes });
      await world.admin.faults(slowAnswers(roster.previousMemberIds));
      const { profile } = world;
      const launch = { direction: 'send', profile, rosterFile: roster.rosterFile, again: false } as const;
      ids.push((await launchBatch(world.operator, launch)).batchId);
    },
    async launchWhenFew() {
      const open = (await this.open()).reduce((sum, { rows }) => sum + rows, 0);
      if (more && open <= members / 2) await this.launch();
    },
    enough() {
      more = false;
    },
  };
}
