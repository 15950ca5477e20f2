import { integerNames } from './integer-names.ts';

/** What a quick look at a JSON text tells. It means nothing where the text is not JSON. */
export interface TextScan {
  /** Properties as they are written, or more: never fewer. A parsed value that has fewer may have lost one that is written twice. */
  readonly properties: number;
  /** True where something may be there that a closer look (text-findings.ts) objects to. */
  readonly isSuspect: boolean;
}

/** Digits that a double holds for certain. */
const safeDigits = 15;

/** Looks at a text from colon to colon and from backslash to backslash: each leap is a search that costs next to nothing. */
export function scanText(text: string): TextScan {
  let properties = 0;
  let isSuspect = !text.isWellFormed() || hasSuspectEscape(text);
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const end = endOfName(text, at);
    if (end < 0) continue;
    properties += 1;
    isSuspect ||= isSuspectValue(text, at + 1, end);
  }
  return { properties, isSuspect };
}

/** Index of the quotation mark that ends the name before a colon; -1 where the colon is a part of a string. */
function endOfName(text: string, colon: number): number {
  let quote = colon - 1;
  while (isSpace(text.charCodeAt(quote))) quote -= 1;
  if (text.charCodeAt(quote) !== quotationMark) return -1;
  let before = quote - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (quote - before) % 2 === 1 ? quote : -1;
}

/** True where the value that begins here is a number, or a list with numbers, that needs a closer look. */
function isSuspectValue(text: string, start: number, endOfItsName: number): boolean {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  const code = text.charCodeAt(at);
  if (isNumberCode(code)) return isSuspectNumber(text, at, endOfItsName);
  return code === bracket && isSuspectList(text, at + 1);
}

function isSuspectNumber(text: string, start: number, endOfItsName: number): boolean {
  let end = start;
  let isWhole = true;
  for (let code = text.charCodeAt(end); isNumberCode(code); code = text.charCodeAt(end)) {
    isWhole &&= isDigit(code) || code === hyphen;
    end += 1;
  }
  if (isWhole) return false;
  const value = Number(text.slice(start, end));
  if (end - start > safeDigits + 1 || !Number.isFinite(value)) return true;
  if (!Number.isInteger(value)) return false;
  const name = text.slice(text.lastIndexOf('"', endOfItsName - 1) + 1, endOfItsName);
  return integerNames.has(name) || name.includes('\\');
}

/** A list whose first value is no string and no object: lists of numbers are short and rare. */
function isSuspectList(text: string, start: number): boolean {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  const code = text.charCodeAt(at);
  if (code === quotationMark || code === brace) return false;
  for (; at < text.length && !isEndOfNumbers(text.charCodeAt(at)); at += 1)
    if (isDigit(text.charCodeAt(at)) && isPointOrExponent(text.charCodeAt(at + 1))) return true;
  return text.charCodeAt(at) === bracket;
}

/** Escapes that FHIR does not allow, and halves of surrogate pairs or what may be one. */
function hasSuspectEscape(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
    const code = text.charCodeAt(at + 1);
    if (code === letterB || code === letterF) return true;
    if (code === letterU && /^d[89a-f]/i.test(text.slice(at + 2, at + 4))) return true;
  }
  return false;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isPointOrExponent(code: number): boolean {
  return code === 0x2e || code === 0x65 || code === 0x45;
}

function isNumberCode(code: number): boolean {
  return isDigit(code) || code === hyphen || isPointOrExponent(code) || code === 0x2b;
}

/** A list of numbers ends where it does, or where something else begins. */
function isEndOfNumbers(code: number): boolean {
  return code === 0x5d || code === brace || code === bracket || code === quotationMark;
}

const quotationMark = 0x22;
const backslash = 0x5c;
const hyphen = 0x2d;
const bracket = 0x5b;
const brace = 0x7b;
const letterB = 0x62;
const letterF = 0x66;
const letterU = 0x75;
