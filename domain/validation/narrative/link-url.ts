import { isAbsolute } from '../formats/uri.ts';
import type { FindingKind } from './markup-finding.ts';

/** The rule that the URL of a link or image breaks; undefined = none. */
export function urlBreach(url: string): FindingKind | undefined {
  if (url === '') return 'empty-link';
  if (url.startsWith('data:')) return isDataUrl(url) ? undefined : 'broken-link';
  return hasOnlyUrlCharacters(url) ? undefined : 'broken-link';
}

/** The rule that the scheme of a link breaks: scripts, and schemes that name things but lead nowhere. */
export function schemeBreach(href: string): FindingKind | undefined {
  if (/^(javascript|vbscript):/i.test(href)) return 'active-link';
  return isAbsolute(href) && /^(urn|cid):/.test(href) ? 'literal-link' : undefined;
}

/** `data:`, a media type or none, perhaps `;base64`, one comma, data. */
function isDataUrl(url: string): boolean {
  const comma = url.indexOf(',');
  // Java's split drops what is empty at the end: data must follow, and hold no comma itself.
  const end = url.length - trailingCommas(url);
  if (comma < 0 || comma >= end || url.slice(comma + 1, end).includes(',')) return false;
  const head = url.slice(5, comma).trim();
  const isBase64 = head.endsWith(';base64');
  if (isBase64 && countOfBase64(url, comma + 1, end) % 4 !== 0) return false;
  const mediaType = isBase64 ? head.slice(0, -7) : head;
  return mediaType.trim() === '' || /^(\w+|\*)\/([\w+-]+|\*)(;\s*\w+=\s*\S+)?$/.test(mediaType);
}

function trailingCommas(url: string): number {
  let count = 0;
  while (url.charCodeAt(url.length - 1 - count) === 0x2c) count += 1;
  return count;
}

function countOfBase64(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 128 ? base64[code] === 1 : /[\p{L}\p{Nd}]/u.test(text.charAt(at))) count += 1;
  }
  return count;
}

const base64 = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=')
  base64[character.charCodeAt(0)] = 1;

const plain = new Uint8Array(128);
for (const character of ";?:@&=+$.,/%-_~#[]!'()*|abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
  plain[character.charCodeAt(0)] = 1;

function hasOnlyUrlCharacters(url: string): boolean {
  for (let at = 0; at < url.length; at += 1) {
    const code = url.charCodeAt(at);
    if (code < 128 ? plain[code] === 0 : !/[\p{Alphabetic}\p{Nd}]/u.test(url.charAt(at))) return false;
  }
  return true;
}
