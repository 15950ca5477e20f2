import { readReference } from './character-reference.ts';
import { attributesOfAll, type ElementRule, elementRules, unknownElement } from './element-rules.ts';
import { schemeBreach, urlBreach } from './link-url.ts';
import { type Finding, type FindingKind, findingTexts, htmlName } from './markup-finding.ts';
import { MarkupText } from './markup-text.ts';
import { Namespaces } from './namespaces.ts';
import { OpenElements } from './open-elements.ts';

/** A link inside of the resource, `#fragment`. */
export interface InnerLink {
  readonly fragment: string;
  readonly at: number;
}

/**
 * Reads the XHTML of a narrative once, as the reference validator's parser does, and finds what is wrong with it. With `briefly`
 * it stops at the first error and looks for no warnings.
 */
export class NarrativeReader {
  readonly findings: Finding[] = [];
  readonly links: InnerLink[] = [];
  readonly ids = new Set<string>();
  readonly #text: MarkupText;
  readonly #briefly: boolean;
  readonly #open = new OpenElements();
  readonly #namespaces = new Namespaces();
  #hasContent = false;
  #stopped = false;

  constructor(text: string, { briefly = false } = {}) {
    this.#text = new MarkupText(text);
    this.#briefly = briefly;
  }

  /** Reads all of it. True where no error was found. */
  read(): boolean {
    const text = this.#text;
    if (!this.#prolog()) return false;
    this.#startTag();
    while (!this.#stopped && this.#open.depth > 0) {
      if (text.at >= text.length) {
        this.#find('not-closed', text.at);
        break;
      }
      if (text.code() === lessThan) this.#markup();
      else this.#characters();
    }
    if (!this.#stopped && !this.#hasContent) this.#find('no-content', 0);
    if (!this.#briefly && !this.#stopped && text.rest().trim() !== '') this.#find('text-behind', text.at);
    return !this.findings.some(({ kind }) => findingTexts[kind].severity === 'error');
  }

  /** What may stand before the first element. True where one follows. */
  #prolog(): boolean {
    const text = this.#text;
    for (;;) {
      text.skipSpace();
      if (!text.startsWith('<!') && !text.startsWith('<?')) break;
      const isComment = text.startsWith('<!--');
      if (!isComment) this.#find('lax-markup', text.at);
      if (!text.skipPast(isComment ? '-->' : '>')) return this.#fail('open-end');
    }
    if (text.code() !== lessThan || !text.isNameAt(text.at + 1)) return this.#fail('no-element');
    return true;
  }

  #markup(): void {
    const text = this.#text;
    const next = text.code(1);
    if (next === slash) this.#endTag();
    else if (next === exclamation) this.#comment();
    else if (next === question) this.#passOver('>');
    else if (text.isLetterOrDigitAt(text.at + 1)) this.#startTag();
    else this.#fail('unexpected-character');
  }

  /** A comment, a CDATA section, or a declaration, which is taken for a comment. */
  #comment(): void {
    const text = this.#text;
    if (text.startsWith('<![')) this.#passOver(']]>');
    else if (text.startsWith('<!--')) {
      if (text.startsWith('<!--DOCTYPE')) this.#find('doctype', text.at);
      this.#passOver('-->');
    } else {
      this.#find(text.startsWith('<!DOCTYPE') ? 'doctype' : 'lax-markup', text.at);
      this.#passOver('>');
    }
  }

  #passOver(end: string): void {
    const rule = this.#open.innermost;
    if (rule?.isEmpty === true) this.#find('not-empty', this.#text.at, rule.name);
    if (!this.#text.skipPast(end)) this.#fail('open-end');
  }

  #endTag(): void {
    const text = this.#text;
    const start = text.at + 2;
    if (!text.skipPast('>')) {
      this.#fail('open-end');
      return;
    }
    const name = text.slice(start, text.at - 1);
    if (name !== this.#open.innermostName && localName(name) !== this.#open.innermostName) {
      this.#fail('mismatched-end', start);
      return;
    }
    this.#namespaces.close(this.#open.depth);
    this.#open.close();
  }

  #startTag(): void {
    const text = this.#text;
    const start = text.at + 1;
    const isRoot = this.#open.depth === 0;
    text.at = text.endOfName(start);
    const written = text.slice(start, text.at);
    // The reference validator reads the name of the root in small letters, and no other.
    const name = localName(isRoot ? written.toLowerCase() : written);
    const rule = elementRules.get(name) ?? unknownElement;
    this.#place(rule, name, start, isRoot);
    if (!this.#attributes(rule, isRoot)) return;
    this.#namespace(written, start, isRoot);
    if (text.code() === slash) {
      text.at += 1;
      if (text.code() !== greaterThan) {
        this.#fail('broken-tag', start);
        return;
      }
      this.#namespaces.close(this.#open.depth + 1);
    } else this.#open.open(rule, name);
    text.at += 1;
    if (name === 'img') this.#hasContent = true;
  }

  #place(rule: ElementRule, name: string, at: number, isRoot: boolean): void {
    if (rule === unknownElement) this.#find('element', at, name);
    if (isRoot) {
      if (name !== 'div') this.#find('not-a-div', at);
      return;
    }
    const breach = this.#open.breach(rule);
    if (breach !== undefined) this.#find(breach, at, breach === 'not-empty' ? this.#open.innermost?.name : name);
  }

  #namespace(written: string, at: number, isRoot: boolean): void {
    if (this.#namespaces.isXhtml(written, this.#open.depth + 1)) return;
    this.#find(isRoot ? 'no-namespace' : 'other-namespace', at);
  }

  /** Reads attributes to the end of the tag. False where reading cannot go on. */
  #attributes(rule: ElementRule, isRoot: boolean): boolean {
    const text = this.#text;
    text.skipSpace();
    let seen: Set<string> | undefined;
    while (text.at < text.length && text.code() !== greaterThan && text.code() !== slash) {
      const start = text.at;
      text.at = text.endOfName(start);
      if (text.at === start) return this.#fail('broken-tag', start);
      const name = text.slice(start, text.at);
      text.skipSpace();
      let value: string | undefined;
      if (text.code() === equals) value = this.#value();
      else if (text.endOfName(text.at) === text.at && text.code() !== greaterThan && text.code() !== slash)
        return this.#fail('broken-tag', start);
      else this.#find('lax-attribute', start);
      if (this.#stopped) return false;
      if (!this.#briefly) {
        seen ??= new Set();
        if (seen.has(name)) this.#find('lax-attribute', start);
        seen.add(name);
      }
      this.#attribute(rule, name, value, start, isRoot);
      text.skipSpace();
    }
    return true;
  }

  /** Reads `=` and the value behind it: to its quote, or, as the reference validator does, to the end of the tag. */
  #value(): string {
    const text = this.#text;
    text.at += 1;
    text.skipSpace();
    const quote = text.code();
    const isQuoted = quote === quotationMark || quote === apostrophe;
    if (isQuoted) text.at += 1;
    const start = text.at;
    const end = isQuoted ? text.endOfQuoted(quote) : text.endOfUnquoted();
    if (!isQuoted || text.codeAt(end) !== quote) this.#find('lax-attribute', start);
    text.at = isQuoted && text.codeAt(end) === quote ? end + 1 : end;
    return text.hasReference(start, end) ? this.#resolved(start, end) : text.slice(start, end);
  }

  #attribute(rule: ElementRule, name: string, value: string | undefined, at: number, isRoot: boolean): void {
    if (name.startsWith('xmlns')) {
      this.#namespaces.declare(name, value ?? '', this.#open.depth + 1);
      return;
    }
    if (!attributesOfAll.has(name) && !rule.attributes.has(name)) this.#find('attribute', at, name);
    if (value === undefined) return;
    if (name === 'id' || (name === 'name' && rule.name === 'a')) {
      if (!this.#briefly && this.ids.has(value)) this.#find('repeated-id', at);
      this.ids.add(value);
    } else if ((name === 'href' && rule.name === 'a') || (name === 'src' && rule.name === 'img'))
      this.#link(name, value, at, isRoot);
  }

  #link(name: string, url: string, at: number, isRoot: boolean): void {
    const breach = (isRoot ? undefined : urlBreach(url)) ?? (name === 'href' ? schemeBreach(url) : undefined);
    if (breach !== undefined) this.#find(breach, at);
    else if (url.startsWith('#') && (name === 'src' || url.length > 1)) this.links.push({ fragment: url.slice(1), at });
  }

  /** Text up to the next tag. */
  #characters(): void {
    const text = this.#text;
    const start = text.at;
    const end = text.endOfText();
    text.at = end;
    const rule = this.#open.innermost;
    if (rule?.isEmpty === true) this.#find('not-empty', start, rule.name);
    const mustBeBlank = rule?.children !== undefined;
    const hasReference = text.hasReference(start, end);
    if (this.#hasContent && !mustBeBlank && !hasReference) return;
    const isBlank = hasReference ? isBlankText(this.#resolved(start, end)) : text.isBlank(start, end);
    if (isBlank) return;
    this.#hasContent = true;
    if (mustBeBlank) this.#find('text-out-of-place', start, rule?.name);
  }

  /** A stretch of text with its character references resolved; what cannot be is left out. */
  #resolved(start: number, end: number): string {
    const text = this.#text;
    const parts: string[] = [];
    let from = start;
    for (let at = text.nextReference(start); at < end; at = text.nextReference(from)) {
      parts.push(text.slice(from, at));
      const reference = readReference(text.source, at);
      if ('breach' in reference) this.#find(reference.breach, at);
      else parts.push(reference.text);
      from = Math.min(reference.end, end);
      if (this.#stopped) break;
    }
    parts.push(text.slice(from, end));
    return parts.join('');
  }

  #find(kind: FindingKind, at: number, name?: string): void {
    const isError = findingTexts[kind].severity === 'error';
    if (this.#briefly && !isError) return;
    const known = name === undefined ? undefined : htmlName(name);
    this.findings.push({ kind, at, ...(known !== undefined && { name: known }) });
    if (isError && this.#briefly) this.#stopped = true;
  }

  /** An error after which reading cannot go on. */
  #fail(kind: FindingKind, at = this.#text.at): false {
    this.#find(kind, at);
    this.#stopped = true;
    return false;
  }
}

/** Java's `trim` leaves nothing of it. */
function isBlankText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

const lessThan = 0x3c;
const greaterThan = 0x3e;
const slash = 0x2f;
const exclamation = 0x21;
const question = 0x3f;
const equals = 0x3d;
const quotationMark = 0x22;
const apostrophe = 0x27;
