import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The code verifier that goes with a code: the one of the link that the code came back from. Undefined without PKCE. */
export async function verifierOfCode(
  { ledger }: Pick<ActivityDependencies, 'ledger'>,
  transferId: TransferId,
  codeId: SecretId,
): Promise<SecretId | undefined> {
  const events = await ledger.events(transferId);
  const authorized = events.find(({ body }) => body.kind === 'authorized' && body.secretId === codeId)?.body;
  if (authorized?.kind !== 'authorized') return undefined;
  return (await ledger.links.ofRevision(transferId, authorized.revision))?.verifierId;
}
