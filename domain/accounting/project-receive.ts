import { type Body, plus, type TransferProjection } from './transfer-projection.ts';

/** What happens to a transfer that receives. */
type ReceiveBody = Body<
  | 'link-issued'
  | 'authorized'
  | 'authorization-denied'
  | 'exchange-attempted'
  | 'exchange-answered'
  | 'page-read'
  | 'stored'
>;

/** As `projectEvent`, for the events of receiving. */
export function projectReceive(projection: TransferProjection, body: ReceiveBody): TransferProjection {
  switch (body.kind) {
    case 'link-issued':
      return { ...projection, state: 'link-issued', revision: body.revision };
    case 'authorized':
      return { ...projection, state: 'authorized' };
    case 'authorization-denied':
      return { ...projection, reason: 'AUTHORIZATION_DENIED' };
    case 'exchange-attempted':
      return projection;
    case 'exchange-answered':
      return exchangeAnswered(projection, body);
    case 'page-read':
      return {
        ...projection,
        read: projection.read + body.resources + body.dropped,
        dropped: plus(projection.dropped, body.resourceType, body.dropped),
      };
    case 'stored':
      return { ...projection, stored: body.countsByType, dropped: body.dropped, readAgain: body.repeats };
  }
}

function exchangeAnswered(projection: TransferProjection, body: Body<'exchange-answered'>): TransferProjection {
  if (body.outcome !== 'granted' || body.accessTokenId === undefined) return projection;
  const token = {
    secretId: body.accessTokenId,
    fingerprint: body.fingerprint ?? '',
    expiresAt: body.expiresAt ?? '',
  };
  return { ...projection, state: 'reading', token };
}
