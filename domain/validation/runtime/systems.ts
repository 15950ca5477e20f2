import { isUnit } from '../units/is-unit.ts';
import type { Environment } from './environment.ts';

interface WithSystem {
  readonly system?: unknown;
  readonly code?: unknown;
  readonly value?: unknown;
  readonly version?: unknown;
}

/** True where a system is there and neither a URL nor a URN. */
export function systemIsRelative({ system }: WithSystem): boolean {
  return typeof system === 'string' && !isAbsoluteSystem(system);
}

function isAbsoluteSystem(system: string): boolean {
  return system.startsWith('http:') || system.startsWith('https:') || system.startsWith('urn:');
}

/** True for an Identifier whose system says that its value is a URI, and it is none. */
export function uriIdentifierIsNotUri({ system, value }: WithSystem): boolean {
  return system === 'urn:ietf:rfc:3986' && typeof value === 'string' && !/^[a-z][a-z0-9+.-]*:/.test(value);
}

/** True where the system is the URL of one of HL7's value sets. */
export function systemIsValueSet({ system }: WithSystem): boolean {
  return typeof system === 'string' && system.startsWith('http://hl7.org/fhir/ValueSet/');
}

/** True for a code of UCUM that is no unit. */
export function unitIsUnknown({ system, code }: WithSystem): boolean {
  return system === 'http://unitsofmeasure.org' && typeof code === 'string' && !isUnit(code);
}

/** True where the code system is known in full and does not have the code, or no code is there. */
export function codeIsUnknown({ system, code, version }: WithSystem, e: Environment): boolean {
  if (typeof system !== 'string' || version !== undefined) return false;
  const codes = e.rules.codes(system);
  return codes !== undefined && !codes.has(code as string);
}
