import type { Client } from '@temporalio/client';

import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';

/** Who does something, and with what. */
export interface Operator extends Pick<DataDir, 'keys' | 'ledger' | 'objects' | 'secrets'> {
  /** The operating-system user, or `callback` for what the other side's redirect brings. */
  readonly actor: string;
  readonly clock: () => number;
  /** Undefined where Temporal cannot be reached: deeds are recorded all the same. */
  readonly temporal: Client | undefined;
}
