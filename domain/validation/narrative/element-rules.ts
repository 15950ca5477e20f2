/** What FHIR and XHTML allow of one element of a narrative. */
export interface ElementRule {
  readonly name: string;
  /** Place in arrays that count open elements. */
  readonly index: number;
  /** Attributes beside those that every element may have. */
  readonly attributes: ReadonlySet<string>;
  /** Elements that may be directly inside; undefined = any, and text. */
  readonly children: ReadonlySet<string> | undefined;
  /** Elements that it must be directly inside of; undefined = any. */
  readonly parents: ReadonlySet<string> | undefined;
  /** Holds a line of text: no blocks anywhere inside. */
  readonly holdsText: boolean;
  /** A block that must not be anywhere inside of what holds text. */
  readonly isBlock: boolean;
  /** Must not be anywhere inside of a `p`. */
  readonly notInParagraph: boolean;
  /** Must not be anywhere inside of its like. */
  readonly notInItself: boolean;
  /** Holds nothing, not even a blank. */
  readonly isEmpty: boolean;
}

const words = (text: string): readonly string[] => text.split(' ');

const inline = words('a b em i strong small big sub sup code tt dfn q var abbr acronym cite bdo kbd samp');
const names = [
  ...words('p br div h1 h2 h3 h4 h5 h6 span blockquote hr address ul ol li dl dt dd pre table caption colgroup col'),
  ...words('thead tr tfoot tbody th td img map area'),
  ...inline,
];
const holdsText = new Set([...words('p h1 h2 h3 h4 h5 h6 pre address span caption dd dt'), ...inline]);
const blocks = new Set(words('div pre table ul ol'));
const notInParagraph = new Set(words('div blockquote table ol ul p'));
const empty = new Set(words('br img hr area'));

const children: Readonly<Record<string, string>> = {
  table: 'tbody tr caption thead tfoot col colgroup',
  tr: 'td th',
  tbody: 'tr',
  thead: 'tr',
  tfoot: 'tr',
  ul: 'li',
  ol: 'li',
  dl: 'dd dt',
  map: 'area',
};

const parents: Readonly<Record<string, string>> = {
  tr: 'table thead tfoot tbody',
  tbody: 'table',
  thead: 'table',
  tfoot: 'table',
  caption: 'table',
  colgroup: 'table',
  col: 'colgroup table',
  th: 'tr thead tfoot',
  td: 'tr thead tfoot',
  li: 'ul ol',
  dd: 'dl',
  dt: 'dl',
};

const attributes: Readonly<Record<string, string>> = {
  a: 'href name charset type hreflang rel rev shape coords',
  img: 'src border alt longdesc height width usemap ismap',
  blockquote: 'cite',
  q: 'cite',
  map: 'name',
  area: 'shape coords href nohref alt',
  table: 'summary width border frame rules cellspacing cellpadding',
  pre: 'space',
  td: 'nowrap',
};

const setOf = (table: Readonly<Record<string, string>>, name: string) =>
  table[name] === undefined ? undefined : new Set(words(table[name]));

/** Attributes that every element may have (`xml:space` with a hint in the reference validator). */
export const attributesOfAll: ReadonlySet<string> = new Set([
  ...words('title style class id lang xml:lang xml:space dir accesskey tabindex'),
  ...words('span width align valign char charoff abbr axis headers scope rowspan colspan'),
]);

/**
 * The elements that a narrative may hold, by name: FHIR R4, section Narrative (the basic HTML formatting elements of chapters 7 to
 * 11 and 15 of HTML 4.0, `a`, images and maps), nested as XHTML allows and as the reference validator tests.
 */
export const elementRules: ReadonlyMap<string, ElementRule> = new Map(
  names.map((name, index) => [
    name,
    {
      name,
      index,
      attributes: setOf(attributes, name) ?? new Set<string>(),
      children: setOf(children, name),
      parents: setOf(parents, name),
      holdsText: holdsText.has(name),
      isBlock: blocks.has(name),
      notInParagraph: notInParagraph.has(name),
      notInItself: inline.includes(name),
      isEmpty: empty.has(name),
    },
  ]),
);

/** An element that no narrative may hold: what is inside of it is read on without further rules. */
export const unknownElement: ElementRule = {
  name: '',
  index: names.length,
  attributes: new Set(),
  children: undefined,
  parents: undefined,
  holdsText: false,
  isBlock: false,
  notInParagraph: false,
  notInItself: false,
  isEmpty: false,
};
