import { type Body, plus, type TransferProjection } from './transfer-projection.ts';

/** What happens to a transfer that receives. */
type ReceiveBody = Body<
  | 'link-issued'
  | 'link-reissued'
  | 'authorized'
  | 'authorization-denied'
  | 'exchange-attempted'
  | 'exchange-answered'
  | 'refresh-attempted'
  | 'refresh-answered'
  | 'kept-token-destroyed'
  | 'patient-compared'
  | 'page-read'
  | 'stored'
>;

type CountsByName = Readonly<Record<string, number>>;

/** As `projectEvent`, for the events of receiving. */
export function projectReceive(projection: TransferProjection, body: ReceiveBody): TransferProjection {
  switch (body.kind) {
    case 'link-issued':
      return { ...projection, state: 'link-issued', revision: body.revision };
    case 'authorized':
      return { ...projection, state: 'authorized' };
    case 'authorization-denied':
      return { ...projection, reason: body.reason ?? 'AUTHORIZATION_DENIED' };
    case 'link-reissued':
    case 'exchange-attempted':
    case 'refresh-attempted':
    case 'kept-token-destroyed':
    case 'patient-compared':
      return projection;
    case 'exchange-answered':
      return granted({ ...projection, ...(body.outcome === 'granted' && { state: 'reading' }) }, body);
    case 'refresh-answered':
      return granted(begun(projection, body), body);
    case 'page-read':
      return {
        ...projection,
        read: projection.read + body.resources + body.dropped + (body.unchanged ?? 0),
        dropped: sum(projection.dropped, body.droppedByType ?? { [body.resourceType]: body.dropped }),
        findings: plus(projection.findings, 'outcome-in-searchset', body.outcomes ?? 0),
      };
    case 'stored':
      return {
        ...projection,
        stored: body.countsByType,
        dropped: body.dropped,
        readAgain: body.repeats,
        ...(body.update !== undefined && { unchanged: body.update.unchanged }),
      };
  }
}

function sum(counts: CountsByName, more: CountsByName): CountsByName {
  return Object.entries(more).reduce((total, [name, count]) => plus(total, name, count), counts);
}

/** A kept refresh token takes the place of link and code. */
function begun(projection: TransferProjection, { outcome }: Body<'refresh-answered'>): TransferProjection {
  const { state, pausedFrom } = projection;
  const stands = state === 'paused' ? pausedFrom : state;
  return outcome === 'granted' && stands === 'recorded' ? { ...projection, state: 'reading' } : projection;
}

function granted(
  projection: TransferProjection,
  {
    outcome,
    accessTokenId,
    refreshTokenId,
    fingerprint = '',
    expiresAt = '',
  }: Body<'exchange-answered' | 'refresh-answered'>,
): TransferProjection {
  if (outcome !== 'granted' || accessTokenId === undefined) return projection;
  const refresh = refreshTokenId === undefined ? {} : { refreshTokenId };
  return { ...projection, token: { secretId: accessTokenId, fingerprint, expiresAt, ...refresh } };
}
