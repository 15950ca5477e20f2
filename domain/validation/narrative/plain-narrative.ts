import {
  attributeCount,
  attributes,
  elementCount,
  elements,
  flag,
  flags,
  href,
  mayHave,
  mayHold,
  src,
} from './plain-tables.ts';

const opening = '<div xmlns="http://www.w3.org/1999/xhtml"';
const div = elements.find(opening, 1, 4);
const deepest = 128;
const stack = new Uint8Array(deepest);
const counts = new Uint8Array(elementCount);

/**
 * True where a narrative is right for certain: every tag and attribute allowed, well nested, in double quotes, with content, and no
 * link inside of the resource. This is what programs write; of anything unusual it says false, and NarrativeReader must look. It
 * leaps from tag to tag and makes no objects, and so costs less than JSON.parse of the resource.
 */
export function isPlainNarrative(text: string): boolean {
  if (!text.startsWith(opening)) return false;
  for (let element = 0; element < elementCount; element += 1) counts[element] = 0;
  counts[div] = 1;
  stack[0] = div;
  let depth = 1;
  let holdingText = 0;
  let paragraphs = 0;
  let hasContent = false;
  let reference = nextOr(text, '&', 0);
  let less = nextOr(text, '<', opening.length);
  let at = endOfTag(text, div, opening.length, less);
  if (at < 0 || text.charCodeAt(at - 1) === slash) return false;
  at += 1;
  for (;;) {
    const top = stack[depth - 1] ?? 0;
    const topFlags = flags[top] ?? 0;
    if (less > at) {
      if ((topFlags & flag.isEmpty) !== 0) return false;
      if ((topFlags & flag.noText) !== 0) {
        if (!isBlank(text, at, less)) return false;
      } else hasContent ||= !isBlank(text, at, less);
    }
    while (reference < less) {
      if (!isPlainReference(text, reference)) return false;
      reference = nextOr(text, '&', reference + 1);
    }
    const name = less + 1;
    if (text.charCodeAt(name) === slash) {
      at = elements.endAt(top, text, name + 1);
      if (at < 0 || text.charCodeAt(at) !== greaterThan) return false;
      at += 1;
      depth -= 1;
      if (depth === 0) return hasContent && at === text.length;
      counts[top] = (counts[top] ?? 1) - 1;
      if ((topFlags & flag.holdsText) !== 0) holdingText -= 1;
      if ((topFlags & flag.isParagraph) !== 0) paragraphs -= 1;
      less = text.indexOf('<', at);
      if (less < 0) return false;
      continue;
    }
    const nameEnd = endOfName(text, name);
    const element = elements.find(text, name, nameEnd);
    if (element < 0 || mayHold[top * elementCount + element] !== 1) return false;
    const bits = flags[element] ?? 0;
    if ((bits & flag.isBlock) !== 0 && holdingText > 0) return false;
    if ((bits & flag.notInParagraph) !== 0 && paragraphs > 0) return false;
    if ((bits & flag.notInItself) !== 0 && (counts[element] ?? 0) > 0) return false;
    if ((bits & flag.isImage) !== 0) hasContent = true;
    less = text.indexOf('<', nameEnd);
    if (less < 0) return false;
    at = text.charCodeAt(nameEnd) === greaterThan ? nameEnd : endOfTag(text, element, nameEnd, less);
    if (at < 0) return false;
    at += 1;
    if (text.charCodeAt(at - 2) === slash) continue;
    if (depth === deepest) return false;
    stack[depth] = element;
    depth += 1;
    counts[element] = (counts[element] ?? 0) + 1;
    if ((bits & flag.holdsText) !== 0) holdingText += 1;
    if ((bits & flag.isParagraph) !== 0) paragraphs += 1;
  }
}

/** Index of the `>` that ends a tag, where nothing but plain attributes comes before it, and that before `less`; else -1. */
function endOfTag(text: string, element: number, start: number, less: number): number {
  const greater = text.indexOf('>', start);
  if (greater < 0 || greater > less) return -1;
  const end = text.charCodeAt(greater - 1) === slash ? greater - 1 : greater;
  return hasPlainAttributes(text, element, start, end) ? greater : -1;
}

/** True where there is nothing but allowed attributes, with values in double quotes, from `start` to the end of the tag. */
function hasPlainAttributes(text: string, element: number, start: number, end: number): boolean {
  let at = start;
  for (;;) {
    const before = at;
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (at >= end) return at === end;
    if (at === before) return false;
    const nameEnd = endOfName(text, at);
    const attribute = attributes.find(text, at, nameEnd);
    if (attribute < 0 || mayHave[element * attributeCount + attribute] !== 1) return false;
    if (text.charCodeAt(nameEnd) !== equals || text.charCodeAt(nameEnd + 1) !== quotationMark) return false;
    at = text.indexOf('"', nameEnd + 2);
    if (at < 0 || at >= end) return false;
    if ((attribute === href || attribute === src) && !isPlainUrl(text, nameEnd + 2)) return false;
    at += 1;
  }
}

// A URL with a scheme that leads somewhere, or a relative one that is no fragment; up to its quotation mark.
const plainUrl =
  /(?:(?:https?|mailto|tel):[\w?:@;=+$.,/%~#[\]!'()*|-]*|[\w?@=+$.,/%~!'()*|-]+)(?:&amp;[\w?:@;=+$.,/%~#[\]!'()*|-]*)*"/y;
const imageHead = /data:image\/[a-z]+;base64,/y;
const base64 = /[A-Za-z0-9+/]+={0,2}(?=")/y;

function isPlainUrl(text: string, start: number): boolean {
  plainUrl.lastIndex = start;
  if (plainUrl.test(text)) return true;
  imageHead.lastIndex = start;
  if (!imageHead.test(text)) return false;
  const dataStart = imageHead.lastIndex;
  base64.lastIndex = dataStart;
  return base64.test(text) && (base64.lastIndex - dataStart) % 4 === 0;
}

/** True for one of the five entities of XML and for the number of a visible character. */
function isPlainReference(text: string, start: number): boolean {
  plainReference.lastIndex = start;
  return plainReference.test(text);
}

const plainReference = /&(?:amp|lt|gt|quot|apos|#(?:3[3-9]|[4-9]\d|[1-9]\d{2,3}));/y;

function nextOr(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}

/** Small letters, digits and colons: the names of HTML. */
function endOfName(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); isNameCode(code); code = text.charCodeAt(at)) at += 1;
  return at;
}

function isNameCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x3a);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

const slash = 0x2f;
const greaterThan = 0x3e;
const equals = 0x3d;
const quotationMark = 0x22;
