import { randomUUID } from 'node:crypto';

import type { NewDeed } from '../adapters/ledger/deeds.ts';
import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { NewSecret } from '../adapters/secrets/secret-store.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asDeedId, type DeedId, type SecretId, type TransferId } from '../schemas/ids.ts';
import type { LedgerEventBody } from '../schemas/ledger-events.ts';
import { isEndState, type TransferState } from '../schemas/states.ts';
import type { TransferSignalName, TransferSignals } from '../schemas/transfer.ts';
import { handOver } from './hand-over.ts';
import type { Operator } from './operator.ts';

/** Something that a person or the other side did to a transfer. */
export interface Deed<Name extends TransferSignalName = TransferSignalName> {
  readonly transferId: TransferId;
  readonly signal: Name;
  /** What happens if it is done twice: the same id is the same deed. Random where left out. */
  readonly deedId?: DeedId;
  readonly actor: string;
  /** The states in which it makes sense; in others nothing is recorded. */
  readonly expected: readonly TransferState[];
  /** The event and the signal that say it. A secret that comes with it is sealed in the same transaction. */
  readonly secret?: NewSecret;
  /** False where nobody waits to hear whether the workflow has taken it; asking costs the worker a task. */
  readonly ask?: boolean;
  /** What else must be written in the same transaction, or not at all. */
  readonly alongside?: (actions: LedgerActions) => Promise<void>;
  readonly says: (ids: { deedId: DeedId; secretId: SecretId | undefined }) => {
    readonly body: LedgerEventBody;
    readonly message: TransferSignals[Name];
  };
}

/** What became of a deed: `taken` by the workflow, or `recorded` and waiting for a worker to run. */
export type DeedRecorded = { readonly deedId: DeedId; readonly delivery: 'taken' | 'recorded' };

/**
 * Commits a deed first, then hands it over by a signal, which is durable even with no worker up. Where Temporal cannot be
 * reached the deed stays committed and a sweep of the next worker hands it over.
 * Throws DEED_NOT_EXPECTED where the transfer is in another state.
 */
export async function recordDeed<Name extends TransferSignalName>(
  operator: Operator,
  deed: Deed<Name>,
): Promise<DeedRecorded> {
  const deedId = deed.deedId ?? asDeedId(randomUUID());
  const message = await commit(operator, deedId, deed);
  const { transferId, signal, ask = true } = deed;
  return { deedId, delivery: await handOver(operator, { transferId, deedId, signal, message, ask }) };
}

async function commit<Name extends TransferSignalName>(
  { ledger, secrets }: Operator,
  deedId: DeedId,
  deed: Deed<Name>,
): Promise<TransferSignals[Name]> {
  const secret = deed.secret === undefined ? undefined : secrets.prepare(deed.secret);
  const { body, message } = deed.says({ deedId, secretId: secret?.secretId });
  const newDeed = {
    deedId,
    transferId: deed.transferId,
    signal: deed.signal,
    payload: message,
    actor: deed.actor,
    event: { subject: `deed/${deedId}`, tryNumber: 1, actor: deed.actor, body },
    expectedStates: deed.expected,
    secrets: secret === undefined ? [] : [secret],
  } as NewDeed;
  await ledger.atomically(async (actions) => {
    await deed.alongside?.(actions);
    const committed = await actions.deeds.commit(newDeed);
    if (committed.kind === 'not-expected') throw notExpected(committed.state);
  });
  return message;
}

/** The failure of a deed that the transfer does not wait for. */
export function notExpected(state: TransferState): CarryoverError {
  const stands = isEndState(state) ? `The transfer has ended: ${state}.` : `The transfer is ${state}.`;
  return new CarryoverError('DEED_NOT_EXPECTED', stands);
}
