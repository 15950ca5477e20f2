import { isBlank, isSpace } from './white-space.ts';

/** Characters that a FHIR `string` may have at most. */
const longestString = 1_048_576;

/** FHIR `string`: not empty, at most 1,048,576 characters. Blanks at its ends are for `formatNote`. */
export function isString(value: string): boolean {
  return value.length > 0 && value.length <= longestString;
}

/** FHIR `markdown`: not empty. The reference validator sets it no limit. */
export function isMarkdown(value: string): boolean {
  return value.length > 0;
}

/** FHIR `code`: no blanks at the ends, single ones inside, no other white space. */
export function isCode(value: string): boolean {
  let afterSpace = true;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code !== 0x20) {
      if (isSpace(code)) return isBlank(value);
      afterSpace = false;
    } else if (afterSpace) return isBlank(value);
    else afterSpace = true;
  }
  return !afterSpace || isBlank(value);
}

/** FHIR `id`: 1 to 64 of letters, digits, hyphen and full stop. */
export function isId(value: string): boolean {
  if (value.length === 0 || value.length > longestId) return false;
  for (let at = 0; at < value.length; at += 1) if (!isIdCode(value.charCodeAt(at))) return false;
  return true;
}

const longestId = 64;

function isIdCode(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a;
  return code >= 0x41 ? code <= 0x5a : code >= 0x2d && code <= 0x39 && code !== 0x2f;
}
