import type { WriteAccount } from '../../domain/accounting/write-account.ts';
import { placeholderUrl } from '../../domain/payload/placeholder-url.ts';
import { canonicalValue } from '../../sandbox/fhir/canonical-json.ts';
import type { Plan } from '../../schemas/plan.ts';

/**
 * Whether a confirmed resource is in the sandbox's store under the id that the ledger has, with the planned content, and names what it
 * refers to by the ids that those have there.
 */
export async function isStoredAsPlanned(
  adminUrl: string,
  plan: Plan,
  ordinal: number,
  storedIds: WriteAccount['storedIds'],
): Promise<boolean> {
  const planned = plan.resources[ordinal];
  const id = storedIds[ordinal];
  if (planned === undefined || id === undefined) return false;
  const answer = await fetch(`${adminUrl}/store/${planned.resourceType}/${id}`);
  if (answer.status !== 200) return false;
  const named = [...planned.dependsOn, ordinal].reduce((text, target) => {
    const { resourceType = '', resourceKey } = plan.resources[target] ?? {};
    const storedId = storedIds[target];
    if (storedId === undefined || resourceKey === undefined) return text;
    return text.replaceAll(`"${placeholderUrl(resourceKey)}"`, `"${resourceType}/${storedId}"`);
  }, planned.json);
  const expected = `{"id":${JSON.stringify(id)},${named.slice(1)}`;
  return canonicalValue(await answer.text()).canonical === canonicalValue(expected).canonical;
}
