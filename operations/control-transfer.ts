import type { DeedId, TransferId } from '../schemas/ids.ts';
import type { LedgerEventBody } from '../schemas/ledger-events.ts';
import { openStates, type TransferState } from '../schemas/states.ts';
import type { ControlRequested } from '../schemas/transfer.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type DeedRecorded } from './record-deed.ts';

const running: readonly TransferState[] = [...openStates.filter((state) => state !== 'paused'), 'needs-decision'];

/** Pauses, resumes or cancels a transfer. A write in flight always ends first; nothing new begins after it. */
export function controlTransfer(
  operator: Operator,
  { transferId, control }: { readonly transferId: TransferId; readonly control: ControlRequested['control'] },
): Promise<DeedRecorded> {
  return recordDeed(operator, {
    transferId,
    signal: 'controlRequested',
    actor: operator.actor,
    expected: control === 'pause' ? running : [...running, 'paused'],
    says: ({ deedId }) => ({ body: eventOf(control, deedId), message: { deedId, control } }),
  });
}

function eventOf(control: ControlRequested['control'], deedId: DeedId): LedgerEventBody {
  switch (control) {
    case 'pause':
      return { kind: 'paused', deedId };
    case 'resume':
      return { kind: 'resumed', deedId };
    case 'cancel':
      return { kind: 'cancel-requested', deedId, now: false };
  }
}
