/** What may be wrong with a narrative. */
export type FindingKind = keyof typeof findingTexts;

export interface Finding {
  readonly kind: FindingKind;
  /** Index in the text of the narrative. */
  readonly at: number;
  /** Name of an element or attribute of HTML; never a word of the record. */
  readonly name?: string;
}

interface FindingText {
  readonly severity: 'error' | 'warning';
  /** The invariant that is broken, where the rule is one. */
  readonly constraint?: 'txt-1' | 'txt-2';
  readonly message: string;
}

const allowed = 'txt-1';

/** The sentences about findings; `%` stands for a name. */
export const findingTexts = {
  'no-element': error('The narrative does not begin with an element.'),
  'no-namespace': error('The namespace of the narrative must be http://www.w3.org/1999/xhtml.'),
  'other-namespace': error('An element is not of the namespace http://www.w3.org/1999/xhtml.'),
  'not-a-div': error('The narrative must be a div element.'),
  'unexpected-character': error('A < is not followed by the name of an element; it must be written as &lt;.'),
  'broken-tag': error('A tag is not written as XHTML asks.'),
  'mismatched-end': error('An end tag does not fit the element that is open.'),
  'open-end': error('The narrative breaks off inside of a tag or comment.'),
  'bare-ampersand': error('An & begins no character reference; it must be written as &amp;.'),
  'unknown-entity': error('An entity is used that XML does not define; write the character itself or its number.'),
  'no-character': error('A character reference names no character.'),
  doctype: error('A narrative must not hold a document type.', allowed),
  element: error('The element % is not allowed in a narrative.', allowed),
  attribute: error('The attribute % is not allowed there.', allowed),
  'illegal-child': error('The element % must not be directly inside of the one around it.'),
  'text-out-of-place': error('Text must not be directly inside of the element %.'),
  'out-of-place': error('The element % is out of its place.'),
  'block-in-text': error('The block % is inside of an element that holds only text.'),
  'block-in-paragraph': error('The element % must not be inside of a paragraph.'),
  'in-itself': error('The element % must not be inside of another one of its name.'),
  'not-empty': error('The element % must be empty.'),
  'empty-link': error('A link is empty.'),
  'broken-link': error('A link holds characters that a URL must not hold, or its data is malformed.'),
  'active-link': error('A link would run a script.'),
  'literal-link': error('A link with this scheme leads nowhere.'),
  'no-target': error('A link to a part of the resource leads nowhere.'),
  'no-content': error('The narrative holds neither text nor an image.', 'txt-2'),
  'not-closed': warning(
    'The narrative ends before its elements do: no well-formed XML, though the reference validator allows it.',
  ),
  'text-behind': warning(
    'Something follows the narrative: no well-formed XML, though the reference validator passes over it.',
  ),
  'lax-attribute': warning(
    'An attribute is written in a way that XML does not know, though the reference validator does.',
  ),
  'lax-markup': warning('Markup is written in a way that XML does not know, though the reference validator does.'),
  'repeated-id': warning('Two elements of the narrative have the same id.'),
} as const satisfies Readonly<Record<string, FindingText>>;

function error(message: string, constraint?: FindingText['constraint']): FindingText {
  return { severity: 'error', message, ...(constraint !== undefined && { constraint }) };
}

function warning(message: string): FindingText {
  return { severity: 'warning', message };
}

/** A name of HTML, as it may stand in a message; anything else could be a word of the record. */
export function htmlName(name: string): string | undefined {
  return knownNames.has(name.toLowerCase()) ? name : undefined;
}

const knownNames = new Set(
  [
    'script style form input iframe object embed applet link meta base html head body title font center u s strike del ins',
    'section article aside header footer nav main figure figcaption video audio source track canvas svg math button label',
    'select option textarea fieldset legend frame frameset noscript details summary dialog template time mark ruby rt rp wbr',
    'dir menu isindex basefont marquee blink p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr',
    'acronym cite blockquote hr address bdo kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody',
    'th td code samp img map area',
    'href src target name value type start bgcolor color border width height hidden role nowrap cellpadding cellspacing rel',
    'onclick ondblclick onmousedown onmouseup onmouseover onmousemove onmouseout onmouseenter onmouseleave onkeypress onkeydown',
    'onkeyup onload onunload onfocus onblur onsubmit onreset onselect onchange onerror oninput ontoggle onanimationstart',
    'contenteditable draggable data xlink:href srcset action formaction method background',
  ].flatMap((line) => line.split(' ')),
);
