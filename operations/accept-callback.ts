import type { LedgerActions } from '../adapters/ledger/ledger-actions.ts';
import type { Link } from '../adapters/ledger/links.ts';
import { noteUsedTwice } from '../adapters/ledger/note-used-twice.ts';
import type { CounterpartProfile, ReceiveProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asDeedId } from '../schemas/ids.ts';
import { readAuthorizationError, type AuthorizationDenial } from './authorization-error.ts';
import { claimCode } from './claim-code.ts';
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
  /** The counterpart does not take what the link asks for; the member has nothing to do with it. */
  | { readonly kind: 'rejected' }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'state-missing'
        | 'state-unknown'
        | 'state-used'
        | 'state-expired'
        | 'state-replaced'
        | 'code-missing'
        | 'code-used'
        | 'client-mismatch'
        | 'counterpart-unavailable';
    };

/** Longer values than any server would send are not even looked up. */
const longest = 4_096;

/**
 * Takes what the member's browser brings back (seed, "you'll be redirected to the redirect_uri ... The redirect will include
 * the client ID ... and the OAuth 2.0 authorization code"). The state is one-time and bound to the transfer; the code is sealed
 * in the transaction that records it and lives five minutes from now at the most. What comes a second time is refused, noted
 * once, and leaves what the first time brought as it is.
 */
export async function acceptCallback(
  operator: Operator,
  profileOf: (transferId: string) => Promise<CounterpartProfile>,
  { code: text, state, clientId, error }: CallbackQuery,
): Promise<CallbackAccepted> {
  if (state === undefined || state === '' || state.length > longest) return refused('state-missing');
  const code = text === '' ? undefined : text;
  if (code === undefined ? error === undefined : code.length > longest) return refused('code-missing');
  const stateHash = operator.keys.linkStateHash(state);
  const link = await operator.ledger.links.find(stateHash);
  if (link === undefined) return refused('state-unknown');
  const { receive } = await profileOf(link.transferId);
  if (receive === undefined || (clientId !== undefined && clientId !== receive.clientId))
    return refused('client-mismatch');
  const answer =
    code === undefined
      ? readAuthorizationError(error)
      : ({ kind: 'code', code, fingerprint: operator.keys.fingerprint(code) } as const);
  // The link stays good: the same member may open it again when the server can.
  if (answer.kind === 'unavailable') return refused('counterpart-unavailable');

  const { transferId, revision } = link;
  const deedId = asDeedId(`callback-${stateHash.slice(0, 32)}`);
  let spent = 'ok' as keyof typeof refusals;
  const shared = {
    transferId,
    deedId,
    actor: operator.actor,
    expected: ['link-issued'] as const,
    ask: false,
    // The state is used up in the transaction that records the deed: neither without the other.
    alongside: async (actions: LedgerActions) => {
      spent = (await actions.links.use(stateHash, operator.clock())).kind;
      if (spent === 'ok' && answer.kind === 'code' && !(await claimCode(actions, transferId, answer.fingerprint)))
        spent = 'code-used';
      if (spent !== 'ok') throw new CarryoverError('DEED_NOT_EXPECTED');
    },
  };
  try {
    return answer.kind === 'code'
      ? await recordCode(operator, { shared, ...answer, revision, receive })
      : await recordDenial(operator, { shared, denial: answer, revision });
  } catch (thrown) {
    if (!(thrown instanceof CarryoverError) || thrown.code !== 'DEED_NOT_EXPECTED') throw thrown;
    if (
      answer.kind === 'code' &&
      (spent === 'code-used' || (spent === 'used' && (await hasAuthorized(operator, link))))
    )
      await noteUsedTwice(operator.ledger, transferId, revision);
    return refused(refusals[spent]);
  }
}

/** Whether the link brought a code, not a no. */
async function hasAuthorized({ ledger }: Operator, { transferId, revision }: Link): Promise<boolean> {
  return (await ledger.events(transferId)).some(({ body }) => body.kind === 'authorized' && body.revision === revision);
}

/** A state that is good for a transfer that no longer waits for it counts as used. */
const refusals = {
  ok: 'state-used',
  used: 'state-used',
  'code-used': 'code-used',
  unknown: 'state-unknown',
  expired: 'state-expired',
  replaced: 'state-replaced',
} as const;

interface Callback {
  readonly shared: Pick<Deed, 'transferId' | 'actor' | 'expected' | 'ask'> &
    Required<Pick<Deed, 'deedId' | 'alongside'>>;
  readonly revision: number;
}

async function recordDenial(
  operator: Operator,
  { shared, denial, revision }: Callback & { readonly denial: AuthorizationDenial },
): Promise<CallbackAccepted> {
  const { deedId } = shared;
  const { kind, error } = denial;
  const reason = denial.kind === 'rejected' ? { reason: denial.reason } : {};
  await recordDeed(operator, {
    ...shared,
    signal: 'authorizationDenied',
    says: () => ({
      body: { kind: 'authorization-denied', deedId, error, ...reason },
      message: { deedId, revision, ...reason },
    }),
  });
  return { kind };
}

interface CodeCallback extends Callback {
  readonly code: string;
  readonly fingerprint: string;
  readonly receive: ReceiveProfile;
}

async function recordCode(
  operator: Operator,
  { shared, code, fingerprint, revision, receive }: CodeCallback,
): Promise<CallbackAccepted> {
  const { transferId, deedId } = shared;
  const expiresAtMs = operator.clock() + receive.codeLifetimeSeconds * 1000;
  await recordDeed(operator, {
    ...shared,
    signal: 'codeReceived',
    secret: { transferId, kind: 'authorization-code', value: code, expiresAtMs },
    says: ({ secretId }) => {
      if (secretId === undefined) throw new CarryoverError('SECRET_GONE');
      return {
        body: { kind: 'authorized', deedId, secretId, revision, fingerprint },
        message: { deedId, secretId, revision, expiresAtMs },
      };
    },
  });
  return { kind: 'authorized' };
}

function refused(why: Extract<CallbackAccepted, { kind: 'refused' }>['why']): CallbackAccepted {
  return { kind: 'refused', why };
}
