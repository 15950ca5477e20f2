import {
  bars,
  elementCount,
  elementNames,
  hasNoText,
  image,
  isEmpty,
  longerNames,
  makes,
  mayHold,
  oneLetter,
  runBars,
  twoLetters,
} from './plain-tables.ts';
import { plainReference, tagEnds, textRuns } from './tag-patterns.ts';

const opening = '<div xmlns="http://www.w3.org/1999/xhtml"';
const div = elementNames.indexOf('div');
/** Patterns need room for what they may come back to: longer narratives are for the reader. */
const longest = 1 << 20;
const deepest = 128;
/** The open elements, and what their surroundings were. */
const stack = new Uint8Array(deepest);
const surroundings = new Int32Array(deepest);

/**
 * True where a narrative is right for certain: every tag and attribute allowed, well nested, in double quotes, with content, and no
 * link inside of the resource. This is what programs write; of anything unusual it says false, and NarrativeReader must look. It
 * leaps from tag to tag and makes no objects, and so costs less than JSON.parse of the resource.
 */
export function isPlainNarrative(text: string): boolean {
  if (text.length > longest || !text.startsWith(opening)) return false;
  let depth = 0;
  let top = div;
  let inside = 0;
  let hasContent = false;
  let reference = nextOr(text, '&', 0);
  let less = nextOr(text, '<', opening.length);
  let at = endOfTag(text, div, opening.length);
  if (at < 0 || text.charCodeAt(at - 1) === slash) return false;
  at += 1;
  for (;;) {
    if (less > at) {
      if (isEmpty[top] === 1) return false;
      if (hasNoText[top] === 1) {
        if (!isBlank(text, at, less)) return false;
      } else hasContent ||= !isBlank(text, at, less);
    }
    while (reference < less) {
      if (!isPlainReference(text, reference)) return false;
      reference = nextOr(text, '&', reference + 1);
    }
    const name = less + 1;
    if (text.charCodeAt(name) === slash) {
      at = endOfEndTag(text, elementNames[top] ?? '', name + 1);
      if (at < 0) return false;
      if (depth === 0) return hasContent && at === text.length;
      depth -= 1;
      top = stack[depth] ?? 0;
      inside = surroundings[depth] ?? 0;
      less = text.indexOf('<', at);
      if (less < 0) return false;
      continue;
    }
    const nameEnd = endOfName(text, name);
    const element = elementAt(text, name, nameEnd);
    if (element < 0 || mayHold[top * elementCount + element] !== 1) return false;
    if ((inside & (bars[element] ?? 0)) !== 0) return false;
    if (element === image) hasContent = true;
    if ((inside & runBars) === 0) {
      const end = endOfTextRun(text, element, less);
      if (end > 0) {
        hasContent ||= hasText(text, less, end);
        at = end;
        less = text.indexOf('<', at);
        if (less < 0) return false;
        if (reference < at) reference = nextOr(text, '&', at);
        continue;
      }
    }
    less = text.indexOf('<', nameEnd);
    if (less < 0) return false;
    at = text.charCodeAt(nameEnd) === greaterThan ? nameEnd : endOfTag(text, element, nameEnd);
    if (at < 0) return false;
    at += 1;
    if (text.charCodeAt(at - 2) === slash) continue;
    if (depth === deepest) return false;
    stack[depth] = top;
    surroundings[depth] = inside;
    depth += 1;
    top = element;
    inside |= makes[element] ?? 0;
  }
}

/** Index of the element whose name stands there; -1 = none. */
function elementAt(text: string, start: number, end: number): number {
  if (end - start === 1) return (oneLetter[text.charCodeAt(start)] ?? 0) - 1;
  if (end - start === 2) return (twoLetters[(text.charCodeAt(start) << 7) | text.charCodeAt(start + 1)] ?? 0) - 1;
  return longerNames.get(text.slice(start, end)) ?? -1;
}

/** Index of the `>` that ends a tag with plain attributes; else -1. */
function endOfTag(text: string, element: number, start: number): number {
  const pattern = tagEnds[element];
  if (pattern === undefined) return -1;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex - 1 : -1;
}

/** Index behind elements of this name that hold simple text, the first of which begins at `start`; -1 where it holds more. */
function endOfTextRun(text: string, element: number, start: number): number {
  const pattern = textRuns[element];
  if (pattern === undefined) return -1;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** True where text that is not blank stands between the tags. */
function hasText(text: string, start: number, end: number): boolean {
  for (let close = text.indexOf('>', start); close >= 0 && close < end; close = text.indexOf('>', close + 1))
    if (!isBlank(text, close + 1, Math.min(nextOr(text, '<', close), end))) return true;
  return false;
}

/** Index behind the end tag whose name should stand at `start`; -1 where it is another one. */
function endOfEndTag(text: string, name: string, start: number): number {
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) !== text.charCodeAt(start + at)) return -1;
  return text.charCodeAt(start + name.length) === greaterThan ? start + name.length + 1 : -1;
}

/** True for one of the five entities of XML and for the number of a visible character. */
function isPlainReference(text: string, start: number): boolean {
  plainReference.lastIndex = start;
  return plainReference.test(text);
}

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

const slash = 0x2f;
const greaterThan = 0x3e;
