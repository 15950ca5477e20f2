import { endOfTag } from './plain-attributes.ts';
import { bytes as taken, endOfText, fourAt, longest, take } from './plain-bytes.ts';
import { endOfReference, isBlankReference } from './plain-reference.ts';
import * as tables from './plain-tables.ts';
import { textRuns } from './text-runs.ts';

const bytes = taken;

// Constants of this very module: V8 compiles their values in, and looks imported ones up each time.
const {
  bars,
  beginning,
  blank,
  div,
  elementAt,
  elementCount,
  endTags,
  endTagStarts,
  holdsNoText,
  image,
  kinds,
  letterOf,
  makes,
  mayHold,
  nextOf,
  runBars,
} = tables;

const opening = '<div xmlns="http://www.w3.org/1999/xhtml"';
const deepest = 128;
/** Text runs are no longer tried where so many were none. */
const mostMisses = 3;
/** The open elements, and what their surroundings were. */
const stack = Array.from({ length: deepest }, () => 0);
const surroundings = Array.from({ length: deepest }, () => 0);

/**
 * True where a narrative is right for certain: every tag and attribute allowed, well nested, in double quotes, with content, and no
 * link inside of the resource. This is what programs write; of anything unusual it says false, and NarrativeReader must look. It
 * reads each byte once and makes no objects, and so costs less than JSON.parse of the resource.
 */
export function isPlainNarrative(text: string): boolean {
  if (text.length > longest || !text.startsWith(opening)) return false;
  take(text);
  let depth = 0;
  let top = div;
  let inside = 0;
  let hasContent = false;
  let patience = mostMisses;
  let at = endOfTag(text, div, opening.length);
  if (at < 0 || bytes[at - 1] === slash) return false;
  at += 1;
  for (;;) {
    let four = fourAt(at);
    if ((four & lastByte) !== lessThan) {
      const holds = holdsNoText[top];
      if (holds !== 0 || !hasContent) {
        if (holds === 2) return false;
        at = endOfBlank(at);
        if (bytes[at] !== lessThan) {
          if (holds === 1) return false;
          hasContent = true;
        }
      }
      at = endOfText(at);
      while (bytes[at] !== lessThan) {
        at = endOfReference(at);
        if (at < 0) return false;
        at = endOfText(at);
      }
      four = fourAt(at);
    }
    if (((four >> 8) & lastByte) === slash) {
      if (four !== endTagStarts[top]) return false;
      at = endOfEndTag(at, top);
      if (at < 0) return false;
      if (depth === 0) return hasContent && at === text.length;
      depth -= 1;
      top = stack[depth] ?? 0;
      inside = surroundings[depth] ?? 0;
      continue;
    }
    const less = at;
    let place = nextOf[(beginning << 6) | (letterOf[(four >> 8) & lastByte] ?? 0)] ?? 0;
    at += 2;
    if (((four >> 16) & lastByte) !== greaterThan)
      for (let letter = letterOf[bytes[at] ?? 0] ?? 0; letter !== 0; letter = letterOf[bytes[at] ?? 0] ?? 0) {
        place = nextOf[(place << 6) | letter] ?? 0;
        at += 1;
      }
    const element = (elementAt[place] ?? 0) - 1;
    if (element < 0 || mayHold[top * elementCount + element] !== 1) return false;
    if ((inside & (bars[element] ?? 0)) !== 0) return false;
    if (element === image) hasContent = true;
    if (patience > 0 && (inside & runBars) === 0) {
      const end = endOfTextRun(text, element, less);
      if (end > 0) {
        hasContent ||= hasText(less, end);
        at = end;
        continue;
      }
      if (end < 0) patience -= 1;
    }
    if (bytes[at] !== greaterThan) {
      at = endOfTag(text, element, at);
      if (at < 0) return false;
      if (bytes[at - 1] === slash) {
        at += 1;
        continue;
      }
    }
    at += 1;
    if (depth === deepest) return false;
    stack[depth] = top;
    surroundings[depth] = inside;
    depth += 1;
    top = element;
    inside |= makes[element] ?? 0;
  }
}

/** Index behind the end tag of an element, whose first four bytes stand at `start`; -1 where the others do not. */
function endOfEndTag(start: number, element: number): number {
  const tag = endTags[element];
  if (tag === undefined) return -1;
  for (let index = 4; index < tag.length; index += 1) if (bytes[start + index] !== tag[index]) return -1;
  return start + tag.length;
}

/** Index behind elements of this name that hold simple text, the first of which begins at `start`; -1 where it holds more, 0 where none is looked for. */
function endOfTextRun(text: string, element: number, start: number): number {
  const pattern = textRuns[element];
  if (pattern === undefined) return 0;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** True where text that is not blank stands between the tags. */
function hasText(start: number, end: number): boolean {
  let isText = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === lessThan) isText = false;
    else if (byte === greaterThan) isText = true;
    else if (isText && byte > 0x20) return true;
  }
  return false;
}

/** Where blanks end; character references that stand for them are blanks, too. */
function endOfBlank(start: number): number {
  let at = start;
  for (;;) {
    while (((kinds[bytes[at] ?? 0] ?? 0) & blank) !== 0) at += 1;
    if (bytes[at] !== ampersand || !isBlankReference(at)) return at;
    at = endOfReference(at);
  }
}

const ampersand = 0x26;
const lastByte = 0xff;
const slash = 0x2f;
const lessThan = 0x3c;
const greaterThan = 0x3e;
