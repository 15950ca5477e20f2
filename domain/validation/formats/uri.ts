import { isBlank, isSpace } from './white-space.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const oidPrefix = 'urn:oid:';
const uuidPrefix = 'urn:uuid:';

/**
 * Texts that have been found right: those of code systems, profiles and extensions come again and again. They are forgotten where
 * there are too many.
 */
const knownUris = new Set<string>();
const knownCanonicals = new Set<string>();
const mostRemembered = 2_000;
const longestRemembered = 200;

function remember(known: Set<string>, value: string): true {
  if (known.size === mostRemembered) known.clear();
  if (value.length <= longestRemembered) known.add(value);
  return true;
}

/** FHIR `uri`: no white space, no bare `oid:` or `uuid:`, and a well-formed OID or UUID behind `urn:oid:` or `urn:uuid:`. */
export function isUri(value: string): boolean {
  return knownUris.has(value) || (isUrl(value) && remember(knownUris, value));
}

/** FHIR `url`: of the same form as a `uri`. */
export function isUrl(value: string): boolean {
  return isReferenceText(value) || isBlank(value);
}

/** FHIR `canonical`: an absolute URI, perhaps with `|version`, or a `#fragment`. */
export function isCanonical(value: string): boolean {
  return knownCanonicals.has(value) || (hasFormOfCanonical(value) && remember(knownCanonicals, value));
}

function hasFormOfCanonical(value: string): boolean {
  if (value.startsWith(uuidPrefix)) {
    const version = value.lastIndexOf('|');
    return isReferenceText(version < 0 ? value : value.slice(0, version)) && !hasSpace(value);
  }
  return (isReferenceText(value) && (value.charCodeAt(0) === 0x23 || isAbsolute(value))) || isBlank(value);
}

/** FHIR `oid`: `urn:oid:` and an OID. */
export function isOid(value: string): boolean {
  return (value.startsWith(oidPrefix) && isReferenceText(value)) || isBlank(value);
}

/** FHIR `uuid`: `urn:uuid:` and a UUID in small letters. */
export function isUuid(value: string): boolean {
  return (value.startsWith(uuidPrefix) && uuid.test(value.slice(uuidPrefix.length))) || isBlank(value);
}

/** True where a URI begins with a scheme: small letters, then also digits, `_`, `[` and `]`, as the reference validator has it. */
export function isAbsolute(value: string): boolean {
  const colon = value.indexOf(':');
  if (colon < 1 || colon === value.length - 1 || !isLetter(value.charCodeAt(0))) return false;
  for (let at = 1; at < colon; at += 1) {
    const code = value.charCodeAt(at);
    const plain = isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x5b || code === 0x5d;
    if (!plain) return false;
  }
  return true;
}

function isReferenceText(value: string): boolean {
  if (value.length === 0 || hasSpace(value)) return false;
  const first = value.charCodeAt(0);
  if (first !== 0x75 && first !== 0x6f) return true;
  if (value.startsWith('oid:') || value.startsWith('uuid:')) return false;
  if (value.startsWith(oidPrefix)) return isOidOfUse(value);
  if (!value.startsWith(uuidPrefix)) return true;
  const fragment = value.indexOf('#');
  return uuid.test(value.slice(uuidPrefix.length, fragment < 0 ? value.length : fragment));
}

/** White space anywhere in ASCII, or of any kind at the ends. */
function hasSpace(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code <= 0x20 && isSpace(code)) return true;
  }
  return isSpace(value.charCodeAt(0)) || isSpace(value.charCodeAt(value.length - 1));
}

/** An OID with a root that can be a name space: its last full stop comes late, or it is below 1.3. */
function isOidOfUse(value: string): boolean {
  const start = oidPrefix.length;
  const root = value.charCodeAt(start);
  if (root < 0x30 || root > 0x32 || value.charCodeAt(start + 1) !== 0x2e) return false;
  if (value.lastIndexOf('.') - start < 4 && !value.startsWith('1.3', start)) return false;
  for (let at = start + 2; at <= value.length; at += 1) {
    const arc = at;
    while (isDigit(value.charCodeAt(at))) at += 1;
    const leadingZero = at > arc + 1 && value.charCodeAt(arc) === 0x30;
    if (at === arc || leadingZero || (at < value.length && value.charCodeAt(at) !== 0x2e)) return false;
  }
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}
