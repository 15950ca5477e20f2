import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { SecretGone } from '../../adapters/secrets/secret-store.ts';
import { foldName } from '../../domain/roster/fold-name.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { type Refreshed, refreshWith, type RefreshTokenInHand } from './refresh-access.ts';

/**
 * Gets an access token for an update with the refresh token that was kept of the member's last transfer, once: the token goes over to
 * this transfer in the transaction that commits the attempt, so that no second update has it. `none`: there is none, it was
 * refused, or an answer was lost; the member gets a link. Throws as `refreshAccess` does where the same token may be used again.
 */
export function refreshFromKept(deps: ActivityDependencies) {
  return async ({ transferId }: { readonly transferId: TransferId }): Promise<Refreshed> => {
    const transfer = await deps.ledger.transfers.get(transferId);
    const { token: granted } = transfer.projection;
    // An attempt before this one got as far as its answer.
    if (granted !== undefined)
      return { kind: 'granted', accessTokenId: granted.secretId, expiresAtMs: Date.parse(granted.expiresAt) };
    const { receive, environment } = await frozenProfile(deps, transfer.batchId);
    if (receive === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
    const token = await tokenToUse(deps, transfer);
    if (token === undefined) return { kind: 'none' };
    try {
      return await refreshWith(deps, { transferId, receive, environment, ...token });
    } catch (error) {
      // Another update of the member was quicker.
      if (error instanceof SecretGone) return { kind: 'none' };
      throw error;
    } finally {
      await deps.ledger.forgetDeleted();
    }
  };
}

type KeptToken = Pick<RefreshTokenInHand, 'refreshTokenId' | 'value' | 'firstTry'>;

/** The kept token that an earlier attempt took over, where it was proved not to have been sent; else one that no transfer has yet. */
async function tokenToUse(deps: ActivityDependencies, transfer: Transfer): Promise<KeptToken | undefined> {
  const taken = (await deps.ledger.events(transfer.transferId)).flatMap(({ body }) =>
    body.kind === 'refresh-attempted' ? [body.secretId] : [],
  )[0];
  if (taken === undefined) return takeKept(deps, transfer);
  const token = await deps.secrets.open(taken);
  return token === undefined ? undefined : { refreshTokenId: taken, value: token.value };
}

async function takeKept(deps: ActivityDependencies, transfer: Transfer): Promise<KeptToken | undefined> {
  for (const kept of await deps.secrets.kept(transfer)) {
    if (kept.expiresAtMs <= deps.clock()) continue;
    if (!(await mayServe(deps, transfer, await deps.ledger.transfers.get(kept.transferId)))) continue;
    const moved = await deps.secrets.prepareMove(kept.secretId, transfer.transferId);
    if (moved === undefined) continue;
    const { secretId: refreshTokenId, value } = moved;
    return { refreshTokenId, value, firstTry: { keptFrom: kept.transferId, secrets: [moved] } };
  }
  return undefined;
}

/**
 * Nobody authorizes anew, so the rows must name the same person in full (members with one key can be twins, decision 007), and the
 * token may go only to the server and under the client that it was given to.
 */
async function mayServe(deps: ActivityDependencies, transfer: Transfer, keeper: Transfer): Promise<boolean> {
  const [now, before] = await Promise.all(
    [transfer, keeper].map(async ({ batchId }) => (await frozenProfile(deps, batchId)).receive),
  );
  if (now?.tokenUrl !== before?.tokenUrl || now?.clientId !== before?.clientId) return false;
  const [row, earlierRow] = await Promise.all([openMemberRecord(deps, transfer), openMemberRecord(deps, keeper)]);
  return fullName(row) === fullName(earlierRow);
}

const fullName = ({ family, given }: MemberRecord): string => `${foldName(family)} ${foldName(given)}`;
