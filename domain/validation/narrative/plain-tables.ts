import { attributesOfAll, type ElementRule, elementRules } from './element-rules.ts';
import { runElements } from './text-runs.ts';

const rules = [...elementRules.values()];

/** The elements of a narrative, known by their indexes. */
const elementNames: readonly string[] = rules.map(({ name }) => name);
export const elementCount = rules.length;
export const image = elementNames.indexOf('img');
export const div = elementNames.indexOf('div');

/** What a byte of UTF-8 may be, as bits: see `kinds`. */
export const blank = 1;
export const markupSpace = 2;
export const plainText = 4;
export const plainValue = 8;
export const urlByte = 16;
export const relativeUrlByte = 32;

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Bits by byte. NUL, which ends the text, is a part of nothing. */
export const kinds = Array.from(
  { length: 256 },
  (_, code) => (code > 0 && code <= 0x20 ? blank : 0) | (code > 0 && !isOneOf(code, '<&') ? plainText : 0),
);
for (let code = 1; code < 256; code += 1) if (!isOneOf(code, '<>&"')) mark(code, plainValue);
for (const character of ' \t\r\n') mark(character.charCodeAt(0), markupSpace);
for (const character of `${letters}_?:@;=+$.,/%~#[]!'()*|-`) mark(character.charCodeAt(0), urlByte);
for (const character of `${letters}_?@=+$.,/%~!'()*|-`) mark(character.charCodeAt(0), relativeUrlByte);

function mark(code: number, bit: number): void {
  kinds[code] = (kinds[code] ?? 0) | bit;
}

function isOneOf(code: number, characters: string): boolean {
  return characters.includes(String.fromCharCode(code));
}

/** Attributes whose value is a link, and the names of those that are not, with a mark for every element. */
const links: readonly string[] = ['href', 'src'];
const attributeNames = [
  ...new Set([...attributesOfAll, ...links, ...rules.flatMap(({ attributes }) => [...attributes])]),
];
export const attributeCount = attributeNames.length;
export const href = attributeNames.indexOf('href');
export const source = attributeNames.indexOf('src');

/** A plain array: V8 looks at the buffer of a typed one each time it reads it. */
function zeros(length: number): number[] {
  return Array<number>(length).fill(0);
}

/** 1 where an element (row) may have an attribute that is read here. */
export const mayHave = zeros(elementCount * attributeCount);
for (const { name, index, attributes } of rules) {
  const row = index * attributeCount;
  for (const attribute of attributesOfAll) mayHave[row + attributeNames.indexOf(attribute)] = 1;
  if (name !== 'area') for (const attribute of attributes) mayHave[row + attributeNames.indexOf(attribute)] = 1;
}

/** Words are read letter by letter: the next place in `nextOf` is at the place, times 64, plus the letter's number in `letterOf`. */
const wordLetters = 'abcdefghijklmnopqrstuvwxyz123456:';
export const letterOf = zeros(256);
Array.from(wordLetters, (letter, index) => (letterOf[letter.charCodeAt(0)] = index + 1));
/** Where words begin. Place 0 is of no word. */
export const beginning = 1;
const words = [...new Set([...elementNames, ...attributeNames])];
const places = words.reduce((sum, word) => sum + word.length, 2);
export const nextOf = zeros(places << 6);
/** Index + 1 of the element, and of the attribute, whose name ends at a place; 0 = none. */
export const elementAt = zeros(places);
export const attributeAt = zeros(places);
let taken = beginning;
for (const word of words) {
  let place = beginning;
  for (const letter of word) {
    const step = (place << 6) | (letterOf[letter.charCodeAt(0)] ?? 0);
    if (nextOf[step] === 0) nextOf[step] = taken += 1;
    place = nextOf[step] ?? 0;
  }
  elementAt[place] = elementNames.indexOf(word) + 1;
  attributeAt[place] = attributeNames.indexOf(word) + 1;
}

/** 1 where another element may be directly inside of an element (row). */
export const mayHold = zeros(elementCount * elementCount);
for (const { name, index, children, isEmpty } of rules)
  for (const inner of rules) {
    const isRight = !isEmpty && inner.parents?.has(name) !== false && children?.has(inner.name) !== false;
    if (isRight) mayHold[index * elementCount + inner.index] = 1;
  }

const insideText = 1 << 30;
const insideParagraph = 1 << 29;
/** A bit for each element that must not be inside of its like. */
const ownBit = (rule: ElementRule): number =>
  rule.notInItself ? 1 << rules.filter(({ notInItself }) => notInItself).indexOf(rule) : 0;

/** What an element is for those inside of it, and what it must not be inside of itself: the same bits. */
export const makes = rules.map(
  (rule) => (rule.holdsText ? insideText : 0) | (rule.name === 'p' ? insideParagraph : 0) | ownBit(rule),
);
export const bars = rules.map(
  (rule) => (rule.isBlock ? insideText : 0) | (rule.notInParagraph ? insideParagraph : 0) | ownBit(rule),
);

/** 1 where an element holds nothing but blanks between its elements, and 2 where not even those. */
export const holdsNoText = rules.map((rule) => (rule.isEmpty ? 2 : rule.children === undefined ? 0 : 1));

/** The end tag of each element: its bytes, and the first four of them as one number, the first byte lowest. */
export const endTags: readonly (readonly number[])[] = elementNames.map((name) =>
  Array.from(`</${name}>`, (character) => character.charCodeAt(0)),
);
export const endTagStarts = endTags.map(([a = 0, b = 0, c = 0, d = 0]) => a | (b << 8) | (c << 16) | (d << 24));

/** What a text run must not be inside of, for the elements that it may hold. */
export const runBars = rules
  .filter(({ name }) => (runElements as readonly string[]).includes(name))
  .reduce((all, rule) => all | (bars[rule.index] ?? 0), 0);
