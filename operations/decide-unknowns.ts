import { randomUUID } from 'node:crypto';

import { unknownOrdinals } from '../domain/accounting/write-account.ts';
import { asDeedId, asObjectKey, type TransferId } from '../schemas/ids.ts';
import type { UnknownDecision } from '../schemas/ledger-events.ts';
import { isEndState } from '../schemas/states.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type DeedRecorded } from './record-deed.ts';

export interface DecideUnknowns {
  readonly transferId: TransferId;
  readonly decision: UnknownDecision;
  /** Why, in the person's own words; kept sealed. */
  readonly why: string;
}

/** Decides about writes whose answer was lost: `accept` leaves them unknown and closes; `resend` posts them once more. */
export async function decideUnknowns(
  operator: Operator,
  { transferId, decision, why }: DecideUnknowns,
): Promise<DeedRecorded> {
  const { projection } = await operator.ledger.transfers.get(transferId);
  const ordinals = unknownOrdinals(projection.writes);
  // What has ended posts nothing more, but its unknowns block the member's next transfer until somebody accepts them.
  const ended = isEndState(projection.state) && ordinals.length > 0;
  const deedId = asDeedId(randomUUID());
  const noteObject = asObjectKey(`note/${transferId}/${deedId}`);
  await operator.objects.put(noteObject, Buffer.from(why));
  return recordDeed(operator, {
    transferId,
    deedId,
    signal: 'unknownsDecided',
    actor: operator.actor,
    expected: ended && decision === 'accept' ? ['needs-decision', projection.state] : ['needs-decision'],
    says: () => ({
      body: { kind: 'unknowns-decided', deedId, decision, ordinals, noteObject },
      message: { deedId, decision },
    }),
  });
}
