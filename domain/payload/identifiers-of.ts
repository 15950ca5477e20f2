import type { FhirResource } from '../../schemas/fhir.ts';

/** The business identifiers of a resource as searches spell them: `system|value`. One without a value identifies nothing. */
export function identifiersOf({ identifier }: FhirResource): readonly string[] {
  const list: readonly unknown[] = Array.isArray(identifier) ? identifier : [];
  return list.flatMap((one) => identifierText(one) ?? []);
}

/** One Identifier as `system|value`. */
export function identifierText(identifier: unknown): string | undefined {
  if (typeof identifier !== 'object' || identifier === null) return undefined;
  const { system, value } = identifier as { readonly system?: unknown; readonly value?: unknown };
  if (typeof value !== 'string' || value === '') return undefined;
  return `${typeof system === 'string' ? system : ''}|${value}`;
}
