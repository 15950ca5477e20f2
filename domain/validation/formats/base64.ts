import { isSpace } from './white-space.ts';

const alphabet = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=')
  alphabet[character.charCodeAt(0)] = 1;

/**
 * FHIR `base64Binary`: not empty, four characters at a time. White space is passed over (a warning, see `formatNote`). Other
 * characters are refused, as the specification has it; the reference validator counts only and passes over them, too.
 */
export function isBase64Binary(value: string): boolean {
  let spaces = 0;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code < 128 && alphabet[code] === 1) continue;
    if (!isSpace(code)) return false;
    spaces += 1;
  }
  return value.length > 0 && (value.length - spaces) % 4 === 0;
}
