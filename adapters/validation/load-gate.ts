import { withPlainNumbers } from '../../domain/payload/exact-json.ts';
import type { Validate } from '../../domain/payload/validation-gate.ts';
import type { SendProfile } from '../../schemas/counterpart.ts';
import { loadValidator } from './load-validator.ts';

/**
 * The gate of a counterpart: judges a resource as it would be sent, by what it claims, else by base R4 or, where the counterpart's
 * profile says so, by US Core for its type. Says errors and
 * warnings of what is not valid. Throws VALIDATORS_MISSING, US_CORE_VERSION_UNKNOWN.
 */
export async function loadGate({
  usCoreVersion,
  profiles = 'claimed',
}: Partial<SendProfile['validation']> & { readonly usCoreVersion: string }): Promise<Validate> {
  const validator = await loadValidator({ usCoreVersion, profiles });
  return (resource) => {
    const { issues } = validator.judge(withPlainNumbers(resource));
    return issues.filter(({ severity }) => severity !== 'information');
  };
}
