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

/** The same of a code's system: without a code the reference validator does not look at it. */
export function codeSystemIsRelative(coded: WithSystem): boolean {
  return coded.code !== undefined && systemIsRelative(coded);
}

function isAbsoluteSystem(system: string): boolean {
  return system.startsWith('http:') || system.startsWith('https:') || system.startsWith('urn:');
}

/** True for an Identifier whose system says that its value is a URI, and it is none. */
export function uriIdentifierIsNotUri({ system, value }: WithSystem): boolean {
  return system === 'urn:ietf:rfc:3986' && typeof value === 'string' && !/^[a-z][a-z0-9+.-]*:/.test(value);
}

/** True for a code whose system is no code system for certain: a value set, a page of the specification, a known URL misspelt. */
export function systemIsMistaken({ system, code }: WithSystem, e: Environment): boolean {
  if (code === undefined || typeof system !== 'string' || e.rules.codes(system) !== undefined) return false;
  if (/^https?:\/\/build\.fhir\.org|^https?:\/\/(?:www\.)?hl7\.org\/fhir\/(?:ValueSet\/|.*\.html$)/.test(system))
    return true;
  if (wellKnown.some((url) => system.startsWith(url) && system !== url)) return true;
  return system.startsWith('https:') && e.rules.codes(`http:${system.slice('https:'.length)}`) !== undefined;
}

/** Systems that are often written with something behind them. */
const wellKnown = [
  'http://snomed.info/sct',
  'http://loinc.org',
  'http://unitsofmeasure.org',
  'http://www.nlm.nih.gov/research/umls/rxnorm',
];

/** True for a code of UCUM that is no unit. */
export function unitIsUnknown({ system, code }: WithSystem): boolean {
  return system === 'http://unitsofmeasure.org' && typeof code === 'string' && !isUnit(code);
}

/** True for a code that its code system, which is known in full, does not have. */
export function codeIsUnknown(coding: WithSystem, e: Environment): boolean {
  return coding.code !== undefined && codesOfSystem(coding, e)?.has(coding.code as string) === false;
}

/** True for a coding that names a code system which is known in full, and no code of it. */
export function codeIsMissing(coding: WithSystem, e: Environment): boolean {
  return coding.code === undefined && codesOfSystem(coding, e) !== undefined;
}

/** The codes of the system; another version than ours may have others. */
function codesOfSystem({ system, version }: WithSystem, e: Environment): ReadonlySet<string> | undefined {
  return typeof system === 'string' && version === undefined ? e.rules.codes(system) : undefined;
}
