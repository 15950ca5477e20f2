import type { SendProfile } from '../../schemas/counterpart.ts';
import type { SecretId, TransferId } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The send half of the frozen profile as it holds for one token: a person may have changed, since the launch, where it posts to. */
export async function sendProfileUnder(
  { ledger }: Pick<ActivityDependencies, 'ledger'>,
  send: SendProfile,
  { transferId, secretId }: { readonly transferId: TransferId; readonly secretId: SecretId },
): Promise<SendProfile> {
  const { token } = (await ledger.transfers.get(transferId)).projection;
  const fhirBaseUrl =
    token?.secretId === secretId ? token.fhirBaseUrl : await baseUrlOfEarlier(ledger, transferId, secretId);
  return fhirBaseUrl === undefined ? send : { ...send, fhirBaseUrl };
}

/** A newer token has come since; this one still goes to its own origin only. */
async function baseUrlOfEarlier(
  ledger: ActivityDependencies['ledger'],
  transferId: TransferId,
  secretId: SecretId,
): Promise<string | undefined> {
  const received = (await ledger.events(transferId)).find(
    ({ body }) => body.kind === 'token-received' && body.secretId === secretId,
  );
  return received?.body.kind === 'token-received' ? received.body.fhirBaseUrl : undefined;
}
