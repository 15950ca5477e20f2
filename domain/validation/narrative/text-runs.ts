import { elementRules } from './element-rules.ts';

const blank = '[ \\t\\r\\n]';
// The same as in plain-tables.ts, by what a URL must not hold: that is sooner tested.
const urlCharacter = '[^"<>&\\\\^`{}\\x00-\\x20\\x7f-\\uffff]';
// With a scheme that leads somewhere, or relative and no fragment.
const url = `"(?:(?:https?|mailto|tel):${urlCharacter}*|[\\w?@=+$.,/%~!'()*|-]+)(?:&amp;${urlCharacter}*)*"`;
/** One of the five entities of XML, or the number of a visible character. */
const reference = '&(?:amp|lt|gt|quot|apos|#(?:3[3-9]|[4-9]\\d|[1-9]\\d{2,3}));';

/** The elements that a text run may hold: each with text alone, `span` with the others. */
export const runElements = ['b', 'i', 'a', 'code'] as const;

/** The attributes that programs write, one space before each: a short list is looked through sooner. */
// Two at a time: the loop goes round half as often.
const plainValue = '(?:[^"<>&][^"<>&])*[^"<>&]?';
const commonAttributes = `(?: (?:style|class|title|id)="${plainValue}")?`;
const linkAttributes = `(?: href=${url}| name="${plainValue}"|${commonAttributes})`;
const element = (name: string, content: string, attributes = commonAttributes): string =>
  `<${name}${attributes}>${content}</${name}>`;
const textWith = (...parts: readonly string[]): string => `[^<&]*(?:(?:${parts.join('|')})[^<&]*)*`;
const spanWith = (...parts: readonly string[]): string => element('span', textWith(reference, ...parts));
const marked = runElements.map((name) =>
  name === 'a' ? element(name, textWith(reference, spanWith()), linkAttributes) : element(name, textWith(reference)),
);
const run = textWith(reference, ...marked, spanWith(...marked));
/**
 * Several elements of one name, one behind the other, with text and simple marks in them: `<td>a <b>b</b></td><td>c</td>`. What comes
 * first in each alternative is its own, so that nothing is read twice.
 */
const paragraphs = new RegExp(`(?:${element('p', run)}${blank}*)+`, 'y');
const others = ['td', 'th', 'li', 'h3'];
// One pattern for them all, which is compiled once, costs a little at each tag; paragraphs are too frequent for that.
const cellsAndItems = new RegExp(`(?=<(${others.join('|')})[ >])(?:${element('\\1', run)}${blank}*)+`, 'y');

/** By index of the element; undefined for those that seldom come so. */
export const textRuns: readonly (RegExp | undefined)[] = [...elementRules.values()].map(({ name }) =>
  name === 'p' ? paragraphs : others.includes(name) ? cellsAndItems : undefined,
);
