import { upsertSearchAttributes } from '@temporalio/workflow';

import { searchAttributes } from '../schemas/search-attributes.ts';
import type { TransferState } from '../schemas/states.ts';

/** Makes a state findable in Temporal. Only for ends and for what waits on a decision: each costs an event, and the ledger has them all. */
export function showState(state: TransferState): void {
  upsertSearchAttributes([{ key: searchAttributes.state, value: state }]);
}
