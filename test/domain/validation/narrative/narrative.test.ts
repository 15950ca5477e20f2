import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { findingTexts } from '../../../../domain/validation/narrative/markup-finding.ts';
import { NarrativeReader } from '../../../../domain/validation/narrative/narrative-reader.ts';
import { isPlainNarrative } from '../../../../domain/validation/narrative/plain-narrative.ts';
import { Environment, type RuleBook } from '../../../../domain/validation/runtime/environment.ts';
import { isNarrative, narrativeDetails } from '../../../../domain/validation/runtime/narrative.ts';

const xhtml = 'http://www.w3.org/1999/xhtml';
const inDiv = (inner: string, attributes = '') => `<div xmlns="${xhtml}"${attributes}>${inner}</div>`;
const words = (text: string) => text.split(' ');

function environmentOf(resource: object, bundle?: object): Environment {
  const around = { root: resource as Record<string, unknown>, ...(bundle !== undefined && { bundle: { ...bundle } }) };
  return new Environment({} as RuleBook, resource as Record<string, unknown>, around);
}

function judged(text: string, environment = environmentOf({ resourceType: 'Patient', id: 'p' })) {
  narrativeDetails(text, environment, 'Patient.text.div');
  const errors = environment.issues.filter(({ severity }) => severity === 'error');
  expect(isNarrative(text, environment), 'verdict and details agree').toBe(errors.length === 0);
  return environment.issues;
}

const errorsOf = (text: string) =>
  judged(text)
    .filter(({ severity }) => severity === 'error')
    .map(({ diagnostics = '' }) => diagnostics);

/** Verdicts of the reference validator (HAPI 8.8.1) on the same narratives. */
const good: readonly string[] = [
  inDiv('x'),
  inDiv('\u00a0'),
  inDiv('&#160;'),
  inDiv('&lt;b&gt; &amp; &quot;&apos;&#65;&#x41;'),
  inDiv('x > y ]]>'),
  inDiv('<!-- y -->x<?z?><![CDATA[<script>]]>'),
  inDiv('<img src="http://example.org/a.png" alt="x"/>'),
  inDiv('<img src="data:image/png;base64,AAAA"/>'),
  inDiv('<img src="#p"/>'),
  `<!-- x --><h:div xmlns:h="${xhtml}"><h:p>x</h:p><p>y</p></h:div>`,
  inDiv(`<a:p xmlns:a="${xhtml}">x</a:p><p xmlns="${xhtml}">y</p>`),
  inDiv('x', ' style="color:red" class="x" id="x" xml:lang="en" xml:space="preserve" title="a&amp;b" colspan="2"'),
  inDiv('<p title=\'a\' class = "b"id="c">x</p >'.replace('</p >', '</p>')),
  inDiv(
    '<a href="http://example.org/\u00e9?a=1&amp;b=2#c">x</a><a href="#">y</a><a href="#p">z</a><a name="k"/><a href="#k">k</a>',
  ),
  inDiv('<a href="mailto:x@y.z">x</a><a href="tel:+1">y</a><a href="Patient/1">z</a><a href="data:,abc">w</a>'),
  inDiv('<br/>x<hr/><br></br>'),
  inDiv('<span><p>x</p><span>y</span></span><b><p>x</p></b><h1><h2>x</h2></h1><address><p>x</p></address>'),
  inDiv('<blockquote><div>x</div><p>y</p></blockquote><pre space="x">x <b>y</b></pre>'),
  inDiv(
    '<table border="1" cellpadding="2"><caption>x</caption><colgroup><col width="3"/></colgroup> <tr><td nowrap="x">x</td></tr></table>',
  ),
  inDiv(
    '<table><thead><tr><th>x</th></tr></thead><tbody><tr><td><table><tr><td>y</td></tr></table></td></tr></tbody></table>',
  ),
  inDiv('<ul><li><p>x</p></li> <!-- y --></ul><ol><li>x</li></ol><dl><dt>x</dt><dd><p>y</p></dd></dl>'),
  inDiv('<map name="m"><area shape="x" alt="y" href="z"/></map>x'),
  inDiv(`${'<div>'.repeat(60)}x${'</div>'.repeat(60)}`),
];

/** Refused by the reference, too, but for `JavaScript:` in capitals and references to no character, which it passes over. */
const bad: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /does not begin with an element/],
  [' ', /does not begin with an element/],
  ['hello', /does not begin with an element/],
  ['<div>x</div>', /namespace of the narrative/],
  ['<div xmlns="http://example.org">x</div>', /namespace of the narrative/],
  [`<p xmlns="${xhtml}">x</p>`, /must be a div/],
  [`<DIV xmlns="${xhtml}">x</DIV>`, /end tag does not fit/],
  [`<div xmlns="${xhtml}"/>`, /neither text nor an image/],
  ...['', ' \n ', '<br/>', '<!-- x -->', '<![CDATA[x]]>', '&#32;', '<table><tr><td> </td></tr></table>'].map(
    (inner) => [inDiv(inner), /neither text nor an image/] as const,
  ),
  ...words('script style form input iframe object font u s center section button svg').map(
    (name) => [inDiv(`<${name}>x</${name}>`), new RegExp(`element ${name} is not allowed`)] as const,
  ),
  [inDiv('<Smith>x</Smith>'), /The element is not allowed/],
  [inDiv('<P>x</P>'), /element P is not allowed/],
  ...words(
    'onclick="x" target="x" href="x" bgcolor="x" border="1" height="1" role="x" hidden="x" nowrap nowrap="x"',
  ).flatMap((attribute) =>
    [inDiv(`<p ${attribute}>x</p>`), inDiv('x', ` ${attribute}`)].map(
      (text) => [text, new RegExp(`attribute ${/^\w+/.exec(attribute)?.[0]} is not allowed`)] as const,
    ),
  ),
  [inDiv('<p TITLE="x">x</p>'), /attribute TITLE is not allowed/],
  [inDiv('<ol start="3"><li>x</li></ol>'), /attribute start/],
  [inDiv('<p xmlns="http://example.org">x</p>'), /not of the namespace/],
  [inDiv('<p xmlns="">x</p>'), /not of the namespace/],
  [inDiv('<a:p>x</a:p>'), /not of the namespace/],
  [inDiv('<p xmlns:a="http://example.org"><a:b>x</a:b></p>'), /not of the namespace/],
  [inDiv(`<b xmlns:a="${xhtml}">x</b><a:b>x</a:b>`), /not of the namespace/],
  [inDiv('<!DOCTYPE html>x'), /document type/],
  ...['x < y', '1<2', '< p>x', 'x <'].map(
    (inner) => [inDiv(inner), /must be written as &lt;|end tag|element is not allowed/] as const,
  ),
  ...['a & b', 'a&b', 'a&amp b', '&;', 'x &', 'x &#65', '&amp<b>x</b>'].map(
    (inner) => [inDiv(inner), /must be written as &amp;/] as const,
  ),
  [inDiv('<p title="a&b">x</p>'), /must be written as &amp;/],
  ...['&nbsp;', '&copy;', '&eacute;', '&constructor;'].map((inner) => [inDiv(inner), /entity is used/] as const),
  ...['&#;', '&#x;', '&#xZZ;', '&#1114112;', '&#-5;'].map(
    (inner) => [inDiv(`x${inner}`), /names no character/] as const,
  ),
  ...['<p>x', '<p>x</P>', '<p>x</p >', '<b><i>x</b></i>', '<br>x', '</p>x', '<p>x</p></p>'].map(
    (inner) => [inDiv(inner), /end tag does not fit/] as const,
  ),
  ...['<p / >x</p>', '<p =x>y</p>', '<p ">x</p>', '<p a"b">x</p>'].map(
    (inner) => [inDiv(inner), /tag is not written/] as const,
  ),
  [inDiv('x<!-- y'), /breaks off/],
  [`<div xmlns="${xhtml}">x</div`, /breaks off/],
  ...[
    '<p><div>x</div></p>',
    '<span><div>x</div></span>',
    '<h1><table><tr><td>x</td></tr></table></h1>',
    '<pre><pre>x</pre></pre>',
  ].map((inner) => [inDiv(inner), /holds only text/] as const),
  ...['<p><p>x</p></p>', '<p><b><blockquote>x</blockquote></b></p>'].map(
    (inner) => [inDiv(inner), /inside of a paragraph/] as const,
  ),
  ...['<b><b>x</b></b>', '<b><i><b>x</b></i></b>', '<a><a>x</a></a>'].map(
    (inner) => [inDiv(inner), /another one of its name/] as const,
  ),
  ...[
    '<td>x</td>',
    '<tr><td>x</td></tr>',
    '<li>x</li>',
    '<dd>x</dd>',
    '<col/>x',
    '<caption>x</caption>',
    '<table><tbody><td>x</td></tbody></table>',
  ].map((inner) => [inDiv(inner), /out of its place/] as const),
  ...['<table><p>x</p></table>', '<ul><p>x</p></ul>', '<table><thead><th>x</th></thead></table>'].map(
    (inner) => [inDiv(inner), /directly inside of the one around/] as const,
  ),
  ...['<table>x</table>', '<table>&#160;</table>', '<ul>x</ul>', '<dl>x</dl>', '<map name="m">x</map>'].map(
    (inner) => [inDiv(inner), /Text must not be/] as const,
  ),
  ...['<br> </br>x', '<hr>x</hr>', '<img src="a">x</img>', '<br><!-- x --></br>x', '<br><b/></br>x'].map(
    (inner) => [inDiv(inner), /must be empty/] as const,
  ),
  [inDiv('<a href="">x</a>'), /link is empty/],
  ...[
    'http://example.org/a b',
    'http://example.org/{a}',
    'x^y',
    'data:abc',
    'data:a/b,c,d',
    'data:foo,b',
    'data:a/b;base64,AAA',
  ].map((url) => [inDiv(`<a href="${url}">x</a>`), /must not hold/] as const),
  ...['javascript:alert(1)', 'JavaScript:x', 'vbscript:x'].map(
    (url) => [inDiv(`<a href="${url}">x</a>`), /run a script/] as const,
  ),
  ...['urn:oid:1.2', 'cid:x'].map((url) => [inDiv(`<a href="${url}">x</a>`), /leads nowhere/] as const),
  [inDiv('<a href="#nope">x</a>'), /leads nowhere/],
  [inDiv('<img src="#nope"/>'), /leads nowhere/],
];

describe('a narrative', () => {
  test.for(good)('is right: %s', (text) => {
    expect(errorsOf(text)).toEqual([]);
  });

  test.for(bad)('is refused: %s', ([text, message]) => {
    expect(errorsOf(text).join('\n')).toMatch(message);
  });

  test('says the invariant where the rule is one, and never a word of the record', () => {
    const issues = judged(inDiv('<Smith born="1954">Canary</Smith><script>Canary</script>'));
    expect(issues.map(({ constraint, code }) => [constraint, code])).toEqual([
      ['txt-1', 'invariant'],
      ['txt-1', 'invariant'],
      ['txt-1', 'invariant'],
    ]);
    expect(JSON.stringify(issues)).not.toMatch(/Smith|born|Canary/i);
    expect(judged(inDiv(' '))[0]).toMatchObject({ constraint: 'txt-2', expression: ['Patient.text.div'] });
  });

  test.for([
    [`<div xmlns="${xhtml}">x`, 'ends before its elements do'],
    [`<div xmlns="${xhtml}">x</div><script>y</script>`, 'follows the narrative'],
    [inDiv('<p title>x</p>'), 'attribute is written in a way'],
    [inDiv('<p title=x>x</p>'), 'attribute is written in a way'],
    [inDiv('<p title="a" title="b">x</p>'), 'attribute is written in a way'],
    [inDiv('<p title="a>b">x</p>'), 'attribute is written in a way'],
    [`<!DOCTYPE html>${inDiv('x')}`, 'Markup is written in a way'],
    [inDiv('<p id="k">x</p><p id="k">y</p>'), 'same id'],
  ] as const)('that the reference takes, though it is odd, has a warning: %s', ([text, message]) => {
    const issues = judged(text);
    expect(issues.map(({ severity }) => severity)).toEqual(['warning']);
    expect(issues[0]?.diagnostics).toContain(message);
  });

  test('may link to any id of its resource, of the one that contains it, and of their Bundle', () => {
    const linked = inDiv('<a href="#there">x</a>');
    const elsewhere = [
      { resourceType: 'Patient', name: [{ id: 'there' }] },
      { resourceType: 'Patient', contained: [{ resourceType: 'Location', id: 'there' }] },
      { resourceType: 'Patient', contained: [{ text: { div: inDiv('<p id="there">x</p>') } }] },
    ];
    for (const resource of elsewhere) expect(judged(linked, environmentOf(resource))).toEqual([]);
    expect(judged(linked, environmentOf({ resourceType: 'Patient' }, { entry: elsewhere }))).toEqual([]);
    expect(judged(linked, environmentOf({ resourceType: 'Patient', there: 'there' }))).toHaveLength(1);
  });
});

describe('the quick look', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...words('p b i a div span table tr td ul li br img h1 code').flatMap((name) => [
        `<${name}>`,
        `</${name}>`,
        `<${name}/>`,
      ]),
    ),
    fc.constantFrom(
      ' class="x"',
      ' title="a&amp;b">',
      '<a href="http://example.org/">',
      '<a href="#p">',
      '<img src="x" alt="y"/>',
      '<p>a <b>b</b> &amp; <span title="t">c <a href="d">e</a></span></p>',
      '<td>a</td><td class="x"> <i>b</i></td>',
      '<li><code/></li>',
      '<p id="q"',
    ),
    fc.constantFrom('text', ' ', '&amp;', '&#160;', '&nbsp;', '<', '>', '"', '&', '<!--', '-->', '/', '=', 'x'),
  );

  test('never takes what the reader refuses', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = inDiv(pieces.join(''));
        const reader = new NarrativeReader(text);
        const isRight = reader.read() && reader.findings.length === 0;
        expect(isRight || !isPlainNarrative(text)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('never takes a cut or changed narrative that the reader refuses', () => {
    const texts = fc.constantFrom(...good);
    const change = fc.constantFrom('', '<', '>', '/', '"', '&', 'x', ' ', '</p>', '<b>', '=', '#');
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(20), change, (text, at, length, put) => {
        const start = at % (text.length + 1);
        const changed = text.slice(0, start) + put + text.slice(start + length);
        const reader = new NarrativeReader(changed, { briefly: true });
        const thorough = new NarrativeReader(changed);
        expect(thorough.read()).toBe(reader.read());
        expect(thorough.findings.length === 0 || !isPlainNarrative(changed)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('leaves very long narratives to the reader', () => {
    const text = inDiv(`<img src="data:image/png;base64,${'AAAA'.repeat(1_000_000)}"/>`);
    expect(isPlainNarrative(text)).toBe(false);
    expect(errorsOf(text)).toEqual([]);
  });

  test('takes what programs write', () => {
    const rows =
      '<tr><td class="x">a</td><td><a href="http://example.org/x?y=1&amp;z">b &lt; c</a><br/></td></tr>'.repeat(50);
    const image = `<img src="data:image/png;base64,${'AAAA'.repeat(100_000)}"/><a href="mailto:x@y.z">m</a>`;
    expect(isPlainNarrative(inDiv(image))).toBe(true);
    expect(isPlainNarrative(inDiv(image.replace('AAAA', 'AAA')))).toBe(false);
    expect(isPlainNarrative(inDiv('<p>a</p>'.repeat(100_000)))).toBe(true);
    expect(isPlainNarrative(inDiv(`<p>${'&lt;<b>a</b>'.repeat(80_000)}</p>`))).toBe(true);
    expect(isPlainNarrative(inDiv('<p> <b> </b></p><p> </p>'))).toBe(false);
    // References to blanks are blanks; other text has no place in a list.
    expect(isPlainNarrative(inDiv('&#9;<ul>&#10;<li>a</li>&#32; </ul>'))).toBe(true);
    expect(isPlainNarrative(inDiv('<ul>&#33;<li>a</li></ul>'))).toBe(false);
    expect(isPlainNarrative(inDiv('<p>&#9;</p>&#13;'))).toBe(false);
    expect(isPlainNarrative(inDiv('a&#1114111;'))).toBe(true);
    expect(isPlainNarrative(inDiv('a&#1114112;'))).toBe(false);
    // Outside of ASCII bytes and characters stand at different places.
    expect(isPlainNarrative(inDiv('<p title="é">ä <b>\u{1f600}</b></p><table><tr><td>€</td></tr></table>'))).toBe(true);
    expect(isPlainNarrative(inDiv('<p>ä</p><b>\u013c</b'))).toBe(false);
    expect(isPlainNarrative(inDiv(`<h3>x</h3><p title="t"><b>id</b>: <code>y</code></p><table>${rows}</table>`))).toBe(
      true,
    );
  });
});

test.for([
  ['open tags', '<div>'],
  ['quotation marks', '<p title="'],
  ['quotation marks and ends', `<p title='>`],
  ['ampersands', '&'],
  ['references', '&amp;'],
  ['comments', '<!--'],
  ['attributes', '<p a="b" '],
  ['prefixes', '<a:b xmlns:a="x">'],
  ['links', '<a href="#a">'],
  ['end tags', '</div>'],
  ['URLs', '<a href="http:&amp;'],
  ['paragraphs that do not end', '<p>text '],
  ['paragraphs', '<p>a <b>b</b></p>'],
  ['marks', '<b>a</b>'],
  ['marks in marks', '<span><a href="x"><span>'],
  ['cells and items', '<li>a</li><td>'],
  ['styles that do not end', '<p style="abc'],
  ['references to blanks', '<ul>&#9;'],
] as const)('comes to an end on a long narrative of nothing but %s', ([, part]) => {
  const hostile = part.repeat(300_000 / part.length);
  for (const text of [inDiv(hostile), `<div xmlns="${xhtml}">${hostile}`, hostile])
    expect(typeof isNarrative(text, environmentOf({ resourceType: 'Patient' }))).toBe('boolean');
});

test('every sentence about a finding is one, with a place for a name where it needs one', () => {
  for (const { message } of Object.values(findingTexts)) expect(message).toMatch(/^[A-Z].*\.$/);
});
