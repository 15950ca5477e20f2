import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { CounterpartProfile, ReceiveProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asDeedId } from '../schemas/ids.ts';
import type { Operator } from './operator.ts';
import { recordDeed, type Deed } from './record-deed.ts';

/** The query of the redirect, as it came. */
export interface CallbackQuery {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly clientId?: string | undefined;
  readonly error?: string | undefined;
}

export type CallbackAccepted =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'denied' }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'state-missing'
        | 'state-unknown'
        | 'state-used'
        | 'state-expired'
        | 'code-missing'
        | 'server-error'
        | 'client-mismatch';
    };

/** Longer values than any server would send are not even looked up. */
const longest = 4_096;

/**
 * Takes what the member's browser brings back (seed, "you'll be redirected to the redirect_uri ... The redirect will include
 * the client ID ... and the OAuth 2.0 authorization code"). The state is one-time and bound to the transfer; the code is sealed
 * in the transaction that records it and lives five minutes from now at the most.
 */
export async function acceptCallback(
  operator: Operator,
  profileOf: (transferId: string) => Promise<CounterpartProfile>,
  { code, state, clientId, error }: CallbackQuery,
): Promise<CallbackAccepted> {
  if (state === undefined || state === '' || state.length > longest) return refused('state-missing');
  const noCode = code === undefined || code === '';
  if (code !== undefined && code.length > longest) return refused('code-missing');
  if (noCode && error === undefined) return refused('code-missing');
  const stateHash = operator.keys.linkStateHash(state);
  const link = await operator.ledger.links.find(stateHash);
  if (link === undefined) return refused('state-unknown');
  const { receive } = await profileOf(link.transferId);
  if (receive === undefined || (clientId !== undefined && clientId !== receive.clientId))
    return refused('client-mismatch');

  // Only the member's own no ends the transfer; for any other error of the server the link stays good.
  if (noCode && error !== 'access_denied') return refused('server-error');

  const { transferId, revision } = link;
  const deedId = asDeedId(`callback-${stateHash.slice(0, 32)}`);
  let spent: keyof typeof refusals = 'ok';
  const shared = {
    transferId,
    deedId,
    actor: operator.actor,
    expected: ['link-issued'] as const,
    ask: false,
    // The state is used up in the transaction that records the deed: neither without the other.
    alongside: async (actions: LedgerActions) => {
      spent = (await actions.links.use(stateHash, operator.clock())).kind;
      if (spent !== 'ok') throw new CarryoverError('DEED_NOT_EXPECTED');
    },
  };
  try {
    return await recordCallback(operator, { shared, code, revision, receive });
  } catch (thrown) {
    if (!(thrown instanceof CarryoverError) || thrown.code !== 'DEED_NOT_EXPECTED') throw thrown;
    return refused(refusals[spent]);
  }
}

/** A state that is good for a transfer that no longer waits for it counts as used. */
const refusals = {
  ok: 'state-used',
  used: 'state-used',
  unknown: 'state-unknown',
  expired: 'state-expired',
} as const;

interface RecordCallback {
  readonly shared: Pick<Deed, 'transferId' | 'actor' | 'expected' | 'ask'> &
    Required<Pick<Deed, 'deedId' | 'alongside'>>;
  readonly code: string | undefined;
  readonly revision: number;
  readonly receive: ReceiveProfile;
}

async function recordCallback(
  operator: Operator,
  { shared, code, revision, receive }: RecordCallback,
): Promise<CallbackAccepted> {
  const { transferId, deedId } = shared;
  if (code === undefined || code === '') {
    await recordDeed(operator, {
      ...shared,
      signal: 'authorizationDenied',
      says: () => ({
        body: { kind: 'authorization-denied', deedId, error: 'access_denied' },
        message: { deedId, revision },
      }),
    });
    return { kind: 'denied' };
  }
  const expiresAtMs = operator.clock() + receive.codeLifetimeSeconds * 1000;
  await recordDeed(operator, {
    ...shared,
    signal: 'codeReceived',
    secret: { transferId, kind: 'authorization-code', value: code, expiresAtMs },
    says: ({ secretId }) => {
      if (secretId === undefined) throw new CarryoverError('SECRET_GONE');
      return {
        body: { kind: 'authorized', deedId, secretId, revision },
        message: { deedId, secretId, revision, expiresAtMs },
      };
    },
  });
  return { kind: 'authorized' };
}

function refused(why: Extract<CallbackAccepted, { kind: 'refused' }>['why']): CallbackAccepted {
  return { kind: 'refused', why };
}
