import { bytes as taken, endOfPlainValue } from './plain-bytes.ts';
import { beginsWith, endOfReference } from './plain-reference.ts';
import * as tables from './plain-tables.ts';

const bytes = taken;

// Constants of this very module: V8 compiles their values in, and looks imported ones up each time.
const {
  attributeAt,
  attributeCount,

  beginning,
  href,
  kinds,
  letterOf,
  markupSpace,
  mayHave,
  nextOf,
  relativeUrlByte,
  source,
  urlByte,
} = tables;

/** Index of the `>` that ends a tag with plain attributes, in double quotes and each allowed; else -1. `start` is behind the name. */
export function endOfTag(text: string, element: number, start: number): number {
  let at = start;
  for (;;) {
    const before = at;
    while (((kinds[bytes[at] ?? 0] ?? 0) & markupSpace) !== 0) at += 1;
    if (bytes[at] === greaterThan) return at;
    if (bytes[at] === slash) return bytes[at + 1] === greaterThan ? at + 1 : -1;
    if (at === before) return -1;
    let place = beginning;
    for (let letter = letterOf[bytes[at] ?? 0] ?? 0; letter !== 0; letter = letterOf[bytes[at] ?? 0] ?? 0) {
      place = nextOf[(place << 6) | letter] ?? 0;
      at += 1;
    }
    const attribute = (attributeAt[place] ?? 0) - 1;
    if (attribute < 0 || mayHave[element * attributeCount + attribute] !== 1) return -1;
    if (bytes[at] !== equals || bytes[at + 1] !== quotationMark) return -1;
    at = attribute === href || attribute === source ? endOfLink(text, attribute, at + 2) : endOfValue(at + 2);
    if (at < 0) return -1;
    at += 1;
  }
}

/** Index of the quotation mark behind bytes of a kind and character references; -1 where something else comes first. */
function endOfValue(start: number): number {
  let at = start;
  for (;;) {
    at = endOfPlainValue(at);
    if (bytes[at] === quotationMark) return at;
    at = endOfReference(at);
    if (at < 0) return -1;
  }
}

/** The quotation mark behind a URL with a scheme that leads somewhere, a relative one without a fragment, or a picture; else -1. */
function endOfLink(text: string, attribute: number, start: number): number {
  let at = start;
  while (((kinds[bytes[at] ?? 0] ?? 0) & relativeUrlByte) !== 0) at += 1;
  if (at === start) return -1;
  if (bytes[at] === quotationMark) return at;
  if (bytes[at] === colon) {
    if (attribute === source && beginsWith(picture, start)) return endOfPicture(text, start + picture.length);
    if (!schemes.some((scheme) => scheme.length === at - start && beginsWith(scheme, start))) return -1;
    at += 1;
  } else if (bytes[at] !== ampersand) return -1;
  return endOfUrl(at);
}

/** Of the character references a URL may have `&amp;` alone: others may stand for what no URL holds. */
function endOfUrl(start: number): number {
  let at = start;
  for (;;) {
    while (((kinds[bytes[at] ?? 0] ?? 0) & urlByte) !== 0) at += 1;
    if (bytes[at] === quotationMark) return at;
    if (!beginsWith(escapedAmpersand, at)) return -1;
    at += escapedAmpersand.length;
  }
}

/** Pictures are long, and a pattern is the quickest for them. */
const restOfPicture = /[a-z]+;base64,(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]=)?"/y;

/** A media type, `;base64,` and whole groups of base64. */
function endOfPicture(text: string, start: number): number {
  restOfPicture.lastIndex = start;
  return restOfPicture.test(text) ? restOfPicture.lastIndex - 1 : -1;
}

const bytesOf = (word: string): Uint8Array => Uint8Array.from(word, (character) => character.charCodeAt(0));
const schemes = ['http', 'https', 'mailto', 'tel'].map(bytesOf);
const picture = bytesOf('data:image/');
const escapedAmpersand = bytesOf('&amp;');

const quotationMark = 0x22;
const ampersand = 0x26;
const slash = 0x2f;
const colon = 0x3a;
const equals = 0x3d;
const greaterThan = 0x3e;
