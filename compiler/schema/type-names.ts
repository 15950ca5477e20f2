import type { ElementType } from '../package/definitions.ts';

const definitions = 'http://hl7.org/fhir/StructureDefinition/';

/** Canonical URL of a FHIR data type or resource: also the `$id` of its schema. */
export function typeUrl(name: string): string {
  return `${definitions}${name}`;
}

/** Name of a data type of FHIR itself, or undefined where the URL is of something else. */
export function typeNameOf(url: string): string | undefined {
  const name = url.startsWith(definitions) ? url.slice(definitions.length) : undefined;
  return name === undefined || name.includes('/') ? undefined : name;
}

/** FHIR's primitive types begin in lower case. */
export function isPrimitive(type: string): boolean {
  return /^[a-z]/.test(type) && type !== 'xhtml';
}

/** The FHIR type of an element; ids and URLs are typed as FHIRPath strings there, with the real type in an extension. */
export function typeCode(type: ElementType, basePath: string | undefined): string {
  // R4 says `string` of Resource.id, and means `id`.
  if (basePath === 'Resource.id') return 'id';
  if (!type.code.startsWith('http://hl7.org/fhirpath/')) return type.code;
  const said = type.extension?.find(({ url }) => url.endsWith('/structuredefinition-fhir-type'));
  return said?.valueUrl ?? said?.valueString ?? 'string';
}

/** `valueQuantity` of `value[x]` and Quantity. */
export function choiceProperty(name: string, type: string): string {
  return `${name.slice(0, -'[x]'.length)}${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}
