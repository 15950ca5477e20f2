import { attributesOfAll, type ElementRule, elementRules } from './element-rules.ts';
import { NameTable } from './name-table.ts';

const rules = [...elementRules.values()];
const attributeNames = [...new Set([...attributesOfAll, ...rules.flatMap(({ attributes }) => [...attributes])])];

/** The elements of a narrative, and all attributes that any of them may have, each known by its index. */
export const elements = new NameTable(rules.map(({ name }) => name));
export const attributes = new NameTable(attributeNames);
export const elementCount = rules.length;
export const attributeCount = attributeNames.length;
export const href = attributeNames.indexOf('href');
export const src = attributeNames.indexOf('src');

/** 1 where an element (row) may have an attribute. */
export const mayHave = table(attributeCount, (rule, at) => {
  const name = attributeNames[at] ?? '';
  return attributesOfAll.has(name) || rule.attributes.has(name);
});

/** 1 where another element may be directly inside of an element (row). */
export const mayHold = table(elementCount, (rule, at) => {
  const inner = rules[at];
  if (inner === undefined || rule.isEmpty) return false;
  return inner.parents?.has(rule.name) !== false && rule.children?.has(inner.name) !== false;
});

/** Bits of `flags`. */
export const flag = {
  holdsText: 1,
  isBlock: 2,
  notInParagraph: 4,
  notInItself: 8,
  isEmpty: 16,
  noText: 32,
  isParagraph: 64,
  isImage: 128,
} as const;

/** What holds for an element, by its index. */
export const flags = Uint8Array.from(
  rules,
  (rule) =>
    (rule.holdsText ? flag.holdsText : 0) |
    (rule.isBlock ? flag.isBlock : 0) |
    (rule.notInParagraph ? flag.notInParagraph : 0) |
    (rule.notInItself ? flag.notInItself : 0) |
    (rule.isEmpty ? flag.isEmpty : 0) |
    (rule.children === undefined ? 0 : flag.noText) |
    (rule.name === 'p' ? flag.isParagraph : 0) |
    (rule.name === 'img' ? flag.isImage : 0),
);

function table(width: number, test: (rule: ElementRule, at: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: rules.length * width }, (_, index) => {
    const rule = rules[Math.floor(index / width)];
    return rule !== undefined && test(rule, index % width) ? 1 : 0;
  });
}
