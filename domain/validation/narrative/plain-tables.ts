import { type ElementRule, elementRules } from './element-rules.ts';
import { runElements } from './tag-patterns.ts';

const rules = [...elementRules.values()];

/** The elements of a narrative, known by their indexes. */
export const elementNames: readonly string[] = rules.map(({ name }) => name);
export const elementCount = rules.length;
export const image = elementNames.indexOf('img');

/** Index + 1 of an element whose name has one letter, by its code, and of one with two, by both codes (7 bits each). */
export const oneLetter = new Uint8Array(1 << 7);
export const twoLetters = new Uint8Array(1 << 14);
/** Index of an element with a longer name. */
export const longerNames = new Map<string, number>();
elementNames.forEach((name, index) => {
  if (name.length === 1) oneLetter[name.charCodeAt(0)] = index + 1;
  else if (name.length === 2) twoLetters[(name.charCodeAt(0) << 7) | name.charCodeAt(1)] = index + 1;
  else longerNames.set(name, index);
});

/** 1 where another element may be directly inside of an element (row). */
export const mayHold = Uint8Array.from({ length: elementCount * elementCount }, (_, at) => {
  const [rule, inner] = [rules[Math.floor(at / elementCount)], rules[at % elementCount]];
  if (rule === undefined || inner === undefined || rule.isEmpty) return 0;
  return inner.parents?.has(rule.name) !== false && rule.children?.has(inner.name) !== false ? 1 : 0;
});

const insideText = 1 << 30;
const insideParagraph = 1 << 29;
/** A bit for each element that must not be inside of its like. */
const ownBit = (rule: ElementRule): number =>
  rule.notInItself ? 1 << rules.filter(({ notInItself }) => notInItself).indexOf(rule) : 0;

/** What an element is for those inside of it, and what it must not be inside of itself: the same bits. */
export const makes = Int32Array.from(
  rules,
  (rule) => (rule.holdsText ? insideText : 0) | (rule.name === 'p' ? insideParagraph : 0) | ownBit(rule),
);
export const bars = Int32Array.from(
  rules,
  (rule) => (rule.isBlock ? insideText : 0) | (rule.notInParagraph ? insideParagraph : 0) | ownBit(rule),
);

/** 1 where an element holds nothing, and where it holds nothing but blanks between its elements. */
export const isEmpty = Uint8Array.from(rules, (rule) => (rule.isEmpty ? 1 : 0));
export const hasNoText = Uint8Array.from(rules, (rule) => (rule.children === undefined ? 0 : 1));

/** What a text run must not be inside of, for the elements that it may hold. */
export const runBars = rules
  .filter(({ name }) => (runElements as readonly string[]).includes(name))
  .reduce((all, rule) => all | (bars[rule.index] ?? 0), 0);
