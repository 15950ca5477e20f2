import { setTimeout as sleep } from 'node:timers/promises';

import type { BatchId, TransferId } from '../../schemas/ids.ts';
import type { World } from '../support/open-world.ts';
import type { untilState } from '../support/until-state.ts';
import type { ProfileWishes } from '../support/write-profile.ts';

/** A launched batch of one member, and what people can do to it. */
export interface Stage {
  readonly world: World;
  readonly batchId: BatchId;
  readonly transferId: TransferId;
  readonly until: (state: Parameters<typeof untilState>[2]) => Promise<void>;
  /** A new token for the member, handed in. */
  readonly token: () => Promise<void>;
  readonly control: (control: 'pause' | 'resume' | 'cancel') => Promise<void>;
}

export interface Scenario {
  readonly direction: 'send' | 'receive';
  readonly wishes?: ProfileWishes;
  /** Receive: the member's address. */
  readonly email?: string;
  /** Launched as an update of what `prepare` has received. */
  readonly again?: true;
  /** Before the launch: faults, reviewer's rules, switches; an earlier batch of this roster. */
  readonly prepare?: (world: World, rosterFile: string) => Promise<unknown>;
  readonly play: (stage: Stage) => Promise<void>;
}

export const pace = 'requests_per_second = 500\nconcurrent_members = 8';

export async function untilRevision({ dataDir }: World, transferId: TransferId, revision: number): Promise<void> {
  await untilTrue(async () => {
    const { projection } = await dataDir.ledger.transfers.get(transferId);
    return projection.revision >= revision && ['approval-requested', 'link-issued'].includes(projection.state);
  });
}

export async function untilTrue(happened: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (await happened()) return;
    await sleep(100);
  }
  throw new Error('it never happened');
}
