import { describe, expect, test } from 'vitest';

import { formatNote } from '../../../../domain/validation/formats/format-note.ts';
import * as formats from '../../../../domain/validation/formats/formats.ts';

type Cases = readonly [good: readonly unknown[], bad: readonly unknown[]];
type Format = keyof typeof formats;

const byName: Readonly<Record<string, unknown>> = { ...formats };

const uuid = '0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0';
const day = '2020-02-29';

/** Verdicts of the reference validator (HAPI 8.8.1) on the same values, but where a comment says otherwise. */
const cases: Readonly<Record<Format, Cases>> = {
  isDate: [
    ['2020', '2020-02', day, '0001', '2000-02-29', '9999-12-31', ' ', '\t\n'],
    [
      '',
      '0000',
      '0000-01-01',
      '202',
      '20200',
      '2020-1',
      '2020-00',
      '2020-13',
      '2020-02-00',
      '2020-02-30',
      '2019-02-29',
    ].concat([
      '1900-02-29',
      '2020-04-31',
      '2020-01-01 ',
      ' 2020',
      '-2020',
      '20200101',
      `${day}T00:00:00Z`,
      '\u06622020',
      '2020-02-',
    ]),
  ],
  isDateTime: [
    [
      '2020',
      '2020-02',
      day,
      `${day}T10:00:00Z`,
      `${day}T23:59:60Z`,
      `${day}T00:00:00.1Z`,
      `${day}T10:00:00.123456789012345+00:00`,
    ].concat([`${day}T10:00:00+14:00`, `${day}T10:00:00-13:59`, `${day}T10:00:00-00:00`, ' ']),
    [
      '',
      'x',
      `${day}T10`,
      `${day}T10:00`,
      `${day}T10:00Z`,
      `${day}T10:00:00`,
      `${day}T24:00:00Z`,
      `${day}T23:60:00Z`,
    ].concat([
      `${day}T10:00:61Z`,
      `${day}T10:00:00z`,
      `${day}t10:00:00Z`,
      `${day} 10:00:00Z`,
      `${day}T10:00:00.Z`,
      `${day}T10:00:00+14:01`,
      `${day}T10:00:00+13:60`,
      `${day}T10:00:00+0000`,
      `${day}T10:00:00+00`,
      `${day}T10:00:00Z `,
      '2019-02-29T10:00:00Z',
      '2020-02T10:00:00Z',
      '0000-01-01T00:00:00Z',
    ]),
  ],
  isInstant: [
    [`${day}T10:00:00Z`, `${day}T10:00:00.5-05:00`, ' '],
    ['', '2020', '2020-02', day, `${day}T10:00:00`, `${day}T10:00Z`, '2020-02-30T10:00:00Z', '0000-01-01T00:00:00Z'],
  ],
  // The reference refuses fractions of a second, which the specification allows.
  isTime: [
    ['10:00:00', '00:00:00', '23:59:60', '10:00:00.5', ' '],
    ['', '10', '10:00', '24:00:00', '23:59:61', '1:00:00', '10:00:00Z', '10:00:00.', '10-00-00'],
  ],
  isString: [
    ['a', ' a', 'a ', ' ', '\u0000', 'x'.repeat(1_048_576)],
    ['', 'x'.repeat(1_048_577)],
  ],
  isMarkdown: [['a', ' ', 'x'.repeat(1_048_577)], ['']],
  isCode: [
    ['a', 'a b', 'a b c', '\ufeffa', ' ', '\n'],
    ['', 'a  b', ' a', 'a ', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u2003b', '\u00a0'],
  ],
  isId: [
    ['a', 'A.b-1', 'a'.repeat(64)],
    ['', ' ', 'a_b', 'a b', '\u00e9', 'a'.repeat(65), 'a\n'],
  ],
  isUri: [
    [
      'http://x',
      'x',
      '#',
      'urn:oid:2.16.840.1',
      `urn:uuid:${uuid}`,
      `urn:uuid:${uuid}#x`,
      'Urn:oid:x',
      'a\u00a0b',
      'u',
      'o',
      '  ',
    ],
    [
      '',
      'a b',
      ' x',
      'x ',
      'a\nb',
      '\u00a0a',
      'oid:1',
      'uuid:1',
      'urn:oid:x',
      'urn:oid:1.2',
      'urn:uuid:x',
      `urn:uuid:${uuid}|1`,
    ],
  ],
  isUrl: [
    ['http://x', 'Patient/1', 'ftp://x', 'x'],
    ['', 'a b'],
  ],
  isCanonical: [
    [
      'http://x',
      'http://x|1',
      'http://x|1#y',
      '#x',
      '#',
      'urn:oid:1.2.3.4.5',
      `urn:uuid:${uuid}|1`,
      'a:b',
      'a1_:b',
      'urn:x',
      ' ',
    ],
    ['', 'x', 'Patient/1', 'A:b', 'HTTP://x', 'a-b:x', ':x', 'http:', 'http://x y', `urn:uuid:${uuid}|1 `],
  ],
  isOid: [
    ['urn:oid:2.16.840.1', 'urn:oid:1.3', 'urn:oid:1.3.6', 'urn:oid:0.0.0.0', 'urn:oid:1.2.3.4', ' '],
    [
      '',
      '1.2.3',
      'oid:1.2.3',
      'urn:oid:',
      'urn:oid:1',
      'urn:oid:1.2',
      'urn:oid:1.2.3',
      'urn:oid:1.02.3.4',
      'urn:oid:3.1.2.4',
    ].concat(['urn:oid:1.2.3.', 'urn:oid:1.2.3.4a', 'urn:oid:1.2..3.4']),
  ],
  isUuid: [
    [`urn:uuid:${uuid}`, ' '],
    [
      '',
      uuid,
      'urn:uuid:x',
      `urn:uuid:${uuid.toUpperCase()}`,
      `uuid:${uuid}`,
      `urn:uuid:${uuid}#x`,
      `urn:uuid:${uuid}|1`,
    ],
  ],
  // The reference only counts letters, digits, `+`, `/` and `=`, and passes over everything else.
  isBase64Binary: [
    ['AAAA', 'AA==', 'A A\nAA', 'AAAA\n', '+/09', '  '],
    ['', 'AAA', 'AAAAA', 'AAA-', 'AAA_', '!!!not base64!!!', 'A*AAA', '****', '\u00e9\u00e9\u00e9\u00e9'],
  ],
  isInteger: [
    [0, -0, -1, 2_147_483_647, -2_147_483_648],
    [1.5, 2_147_483_648, -2_147_483_649, Number.NaN, Infinity, 1e300],
  ],
  isUnsignedInt: [
    [0, 1, 2_147_483_647],
    [-0, -1, 0.5, 2_147_483_648],
  ],
  isPositiveInt: [
    [1, 2_147_483_647],
    [0, -0, -1, 1.5, 2_147_483_648],
  ],
  isDecimal: [[0, -0, 1.5, 1e300, Infinity], [Number.NaN]],
};

describe.for(Object.entries(cases))('%s', ([name, [good, bad]]) => {
  const format = byName[name] as (value: unknown) => boolean;

  test.for(good.map((value) => [shown(value), value] as const))('takes %s', ([, value]) => {
    expect(format(value)).toBe(true);
  });

  test.for(bad.map((value) => [shown(value), value] as const))('refuses %s', ([, value]) => {
    expect(format(value)).toBe(false);
  });
});

test('a table stands here for every format', () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(formats).toSorted());
});

// Were one of them quadratic, they would not come to an end within the time that a test has.
test('every format comes to an end on long hostile strings', () => {
  const long = 300_000;
  const hostile = [' ', 'a ', '0', '0.', '1.2', '-', ':', 'A', '=', '\u2003', '\t', 'urn:oid:'].flatMap((piece) => {
    const text = piece.repeat(long / piece.length);
    return [text, `${text}!`, `urn:oid:1.3${text}`, `urn:uuid:${text}`, `2020-02-29T10:00:00.${text}`];
  });
  for (const value of hostile)
    for (const format of Object.values(formats))
      expect(typeof (format as (text: unknown) => boolean)(value)).toBe('boolean');
});

test.for([
  ['string', ' a', 'begins or ends with white space'],
  ['string', 'a\u0000b', 'control character'],
  ['date', '  ', 'nothing but white space'],
  ['date', '0001', 'usual range'],
  ['base64Binary', 'AA AA', 'white space'],
] as const)('a %s that is odd but right has a note', ([type, value, note]) => {
  expect(formatNote(type, value)).toContain(note);
});

test.for([
  ['string', 'a b'],
  ['markdown', ' a'],
  ['date', '1954-02'],
  ['base64Binary', 'AAAA'],
] as const)('a usual %s has none', ([type, value]) => {
  expect(formatNote(type, value)).toBeUndefined();
});

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : String(value);
  return text.length > 50 ? `${text.slice(0, 40)}… (${text.length})` : text;
}
