import type { Link } from '../../adapters/ledger/links.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The link that a code came back from. Throws SECRET_GONE where no callback brought that code. */
export async function linkOfCode(
  { ledger }: Pick<ActivityDependencies, 'ledger'>,
  transferId: TransferId,
  codeId: SecretId,
): Promise<Link> {
  const events = await ledger.events(transferId);
  const authorized = events.find(({ body }) => body.kind === 'authorized' && body.secretId === codeId)?.body;
  const link =
    authorized?.kind === 'authorized' ? await ledger.links.ofRevision(transferId, authorized.revision) : undefined;
  if (link === undefined) throw new CarryoverError('SECRET_GONE');
  return link;
}
