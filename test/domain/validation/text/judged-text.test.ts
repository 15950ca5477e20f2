import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { countProperties } from '../../../../domain/validation/text/count-properties.ts';
import { integerNames } from '../../../../domain/validation/text/integer-names.ts';
import { judgedText } from '../../../../domain/validation/text/judged-text.ts';
import { scanText } from '../../../../domain/validation/text/scan-text.ts';
import { textFindings } from '../../../../domain/validation/text/text-findings.ts';
import { type JsonVisitor, walkJson } from '../../../../domain/validation/text/walk-json.ts';
import { readWrittenJson } from './written-json.ts';

const seen: unknown[] = [];
/** A judge that has nothing against any value, and notes what it was given. */
function judge(text: string) {
  seen.length = 0;
  return judgedText(text, (value) => {
    seen.push(value);
    return { valid: true, profiles: ['profile'], issues: [] };
  });
}
const toldOf = (text: string) =>
  judge(text).issues.map(({ severity, diagnostics, expression }) => [severity, diagnostics, expression?.[0]]);
const patient = (more: string) => `{"resourceType":"Patient","id":"p"${more}}`;

describe('a text that is right', () => {
  test.for([
    patient(''),
    `\ufeff${patient('')}`,
    `\n ${patient('')} \t\r\n`,
    patient(',"name":[{"given":["a","b"],"_given":[null,{"id":"x"}]}]'),
    patient(',"multipleBirthInteger":12,"extension":[{"url":"http://e.org/x","valueDecimal":1.0}]'),
    patient(',"name":[{"text":"\\ud83d\\ude00 \\u00e9 \\" \\\\b \\\\ud800 : , { [ 1.0"}]'),
    patient(',"__proto__":{"id":"x"}'),
    '[]',
    '"text"',
    '1.0',
    'null',
  ])('is judged by what it says: %s', (text) => {
    expect(judge(text)).toEqual({ valid: true, profiles: ['profile'], issues: [] });
    expect(seen).toEqual([JSON.parse(text.replace('\ufeff', ''))]);
  });
});

describe('a property that is written twice', () => {
  test.for([
    [patient(',"id":"p"'), 'Patient.id', 'column 36'],
    [patient(',"name":[{},{"family":"a",\n "family":"b"}]'), 'Patient.name[1].family', 'line 2, column 2'],
    [patient(',"name":[{"family":"a","f\\u0061mily":"b"}]'), 'Patient.name[0].family', 'column 58'],
    [patient(',"Smith Jones":1,"Smith Jones":2'), 'Patient.(unnamed)', 'column 52'],
    [patient(',"__proto__":1,"__proto__":2'), 'Patient.(unnamed)', 'column 50'],
    ['{"resourceType":"Patient","resourceType":"Patient"}', 'Patient.resourceType', 'column 27'],
    ['[{"a":1,"a":2}]', '[0].a', 'column 9'],
  ] as const)('is an error with its place: %s', ([text, path, place]) => {
    const judgement = judge(text);
    expect(judgement.valid).toBe(false);
    expect(judgement.profiles).toEqual(['profile']);
    expect(toldOf(text)).toEqual([['error', `The property is written twice (${place}).`, path]]);
  });

  test('is told a hundred times at most', () => {
    expect(judge(`{${'"a":1,'.repeat(10_000)}"b":1}`).issues).toHaveLength(100);
  });
});

describe('a number', () => {
  test.for(['1.0', '1e0', '1E2', '0.0', '100e-2', '-3.0', '1.0000000000000000000001'])(
    '%s is no way to write an integer',
    (written) => {
      expect(toldOf(patient(`,"multipleBirthInteger": ${written}`))).toEqual([
        ['error', expect.stringContaining('without a point'), 'Patient.multipleBirthInteger'],
      ]);
    },
  );

  test('in a list of integers is one, too', () => {
    const text = '{"resourceType":"Claim","item":[{"careTeamSequence":[1,2.0]}]}';
    expect(toldOf(text)).toEqual([['error', expect.any(String), 'Claim.item[0].careTeamSequence[1]']]);
  });

  test.for(['1.0', '70.50', '1e0', '0.1'])('%s is a decimal', (written) => {
    expect(toldOf(patient(`,"value":${written}`))).toEqual([]);
  });

  test.for(['1.234567890123456789', '1e12345'])('%s has more digits than systems must keep: a warning', (written) => {
    expect(toldOf(patient(`,"value":${written}`))).toEqual([
      ['warning', expect.stringContaining('more digits'), 'Patient.value'],
    ]);
  });
});

describe('characters', () => {
  test.for([
    ['a\\bc', 'error', 'backspace'],
    ['\\\\\\f', 'error', 'form feed'],
    ['\\ud800', 'warning', 'surrogate'],
    ['\\uDC00x', 'warning', 'surrogate'],
    ['\\ude00\\ud83d', 'warning', 'surrogate'],
    ['a\ud800b', 'warning', 'surrogate'],
  ] as const)('%s: an issue', ([written, severity, message]) => {
    expect(toldOf(patient(`,"name":[{"text":"${written}"}]`))).toEqual([
      [severity, expect.stringContaining(message), 'Patient.name[0].text'],
    ]);
  });
});

describe('a text that is not JSON', () => {
  test.for([
    ['', 'it is empty (column 1)'],
    [' \n', 'it is empty (line 2, column 1)'],
    [`${patient('')}\n\n  x`, 'something follows its end (line 3, column 3)'],
    [patient('').slice(0, -1), 'it breaks off'],
    ['{"resourceType":"Patient","id":"p', 'it breaks off'],
    [`${patient('')}x`, 'something follows its end (column 36)'],
    [`${patient('')}{}`, 'something follows its end'],
    [patient(',"active":true//x\n'), 'it holds a comment (line 1, column 49)'],
    [patient('/* x */'), 'it holds a comment'],
    [patient(','), 'a comma has nothing behind it'],
    [patient(',"a":[1,]'), 'a comma has nothing behind it'],
    [patient(',,"a":1'), 'a comma has nothing behind it'],
    [patient(' "a":1'), 'a comma is missing'],
    [patient(',"a":[1 2]'), 'a comma is missing'],
    [patient(',"a" 1'), 'a colon is missing'],
    ["{'resourceType':'Patient'}", 'something is not in double quotes'],
    ['{resourceType:"Patient"}', 'something is not in double quotes'],
    [patient(',"a":True'), 'something is not in double quotes'],
    [patient(',"a":NaN'), 'something is not in double quotes'],
    [patient(',"a":"\t"'), 'control character'],
    [patient(',"a":"\\x"'), 'an escape that JSON does not know'],
    [patient(',"a":"\\u12g4"'), 'an escape that JSON does not know'],
    [patient(',"a":01'), 'a number is malformed'],
    [patient(',"a":+1'), 'a number is malformed'],
    [patient(',"a":1.'), 'a number is malformed'],
    [patient(',"a":[}'), 'a bracket does not fit'],
    [patient(',"a":[1}'), 'a bracket does not fit'],
    [patient(',"a"::1'), 'a character stands where it cannot'],
    [patient(',"a":}'), 'a character stands where it cannot'],
  ] as const)('says why and where: %s', ([text, why]) => {
    const { valid, issues } = judge(text);
    expect(valid).toBe(false);
    expect(seen).toEqual([]);
    expect(issues).toMatchObject([{ severity: 'fatal', code: 'invalid' }]);
    expect(issues[0]?.diagnostics).toContain(`The text is not JSON: ${why}`.slice(0, 20));
    expect(issues[0]?.diagnostics).toContain(why);
  });

  test('names the element, never what is in it', () => {
    expect(toldOf(patient(',"name":[{"family":"Canary"},{"family":"Canary" "Canary"}]'))).toEqual([
      ['fatal', 'The text is not JSON: a comma is missing (column 83).', 'Patient.name[1].family'],
    ]);
  });
});

describe('nesting', () => {
  test.for([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
    ['both', '[{"a":', '}]'],
  ] as const)(
    'of 500 levels of %s is judged, deeper is refused before anything recursive sees it',
    ([, open, close]) => {
      const levels = open.length > 5 ? 250 : 500;
      expect(judge(`${open.repeat(levels)}1${close.repeat(levels)}`).valid).toBe(true);
      for (const more of [levels + 1, 10_000, 300_000]) {
        expect(toldOf(`${open.repeat(more)}1${close.repeat(more)}`)).toEqual([
          ['error', expect.stringContaining('too deeply'), undefined],
        ]);
        expect(seen).toEqual([]);
        expect(judge(open.repeat(more)).valid).toBe(false);
      }
    },
  );
});

describe('beside a reader that is slow and simple', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'count',
    'value',
    'resourceType',
    '__proto__',
    '1',
    'e',
    'x:y',
    'f\\u0061',
    'fa',
    '\\"',
  );
  const word = fc.oneof(
    fc.constantFrom('""', '"1.0"', '"a\\"b:{"', '": 1"', '" :1"', '"\\\\"'),
    fc.string().map((text) => JSON.stringify(text)),
  );
  const scalar = fc.constantFrom('1', '1.0', '1e2', '2.5', '-0', '12345678901234567890.0', 'true', 'false', 'null');
  const space = fc.constantFrom('', ' ', '\n', '\t ');
  const listOf = (inner: fc.Arbitrary<string>) =>
    fc
      .array(fc.tuple(space, inner), { maxLength: 4 })
      .map((all) => `[${all.map(([gap, one]) => `${gap}${one}${gap}`).join(',')}]`);
  // Lists hold either words, or numbers and the like, or objects, as all of FHIR's do.
  const { object: json } = fc.letrec<{ value: string; object: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      word,
      tie('object'),
      listOf(scalar),
      listOf(word),
      listOf(tie('object')),
    ),
    object: fc
      .array(fc.tuple(name, space, tie('value')), { maxLength: 4 })
      .map((all) => `{${all.map(([key, gap, inner]) => `${gap}"${key}"${gap}:${gap}${inner}`).join(',')}}`),
  }));

  test('the quick look misses nothing', () => {
    fc.assert(
      fc.property(json, (text) => {
        const { twice, properties } = readWrittenJson(text);
        const scan = scanText(text);
        const parsed = countProperties(JSON.parse(text), 100);
        expect(scan.properties).toBeGreaterThanOrEqual(properties);
        expect(properties > parsed).toBe(twice.length > 0);
        const isOdd = textFindings(text).some(({ kind }) => kind !== 'written-twice');
        expect(scan.isSuspect || !isOdd).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('the quick look sees all that is in an ordinary text, and sends nobody for a closer look', () => {
    const text = JSON.stringify({
      resourceType: 'Observation',
      text: { div: '<p title="a: b">http://e.org/x: "y" \\ 1.0</p>\n' },
      valueQuantity: { value: 1.5, unit: 'a' },
      component: [{ valueInteger: 1 }, { id: 'x', list: [1, 2, null] }],
      _given: [null, { id: 'a' }],
    });
    for (const one of [text, JSON.stringify(JSON.parse(text), undefined, 2)])
      expect(scanText(one)).toEqual({ properties: countProperties(JSON.parse(one), 100), isSuspect: false });
  });

  test('the closer look finds the same properties and integers', () => {
    fc.assert(
      fc.property(json, (inner) => {
        const text = `{"x":${inner}}`;
        const { twice, numbers } = readWrittenJson(text);
        const found = (kind: string) =>
          textFindings(text)
            .filter((one) => one.kind === kind)
            .map(({ path }) => path);
        const integers = numbers.filter(
          ([, written, property]) =>
            integerNames.has(property) && /[.eE]/.test(written) && Number.isInteger(Number(written)),
        );
        expect(found('written-twice').map(plain)).toEqual(twice.map(plain));
        expect(found('integer-as-decimal').map(plain)).toEqual(integers.map(([path]) => plain(path)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a walk finds a breach of the grammar where JSON.parse does, and only there', () => {
    const nobody: JsonVisitor = { open() {}, close() {}, name() {}, string() {}, number() {}, value() {} };
    const change = fc.constantFrom(
      '',
      '"',
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      '\\',
      '0',
      '.',
      'e',
      '-',
      't',
      ' ',
      '\u0001',
      '//',
    );
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(3), change, (text, place, length, put) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + put + text.slice(at + length);
        expect(walkJson(changed, nobody) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 5_000 },
    );
  });
});

test.for([
  ['quotation marks', '"'],
  ['escaped quotation marks', '\\"'],
  ['backslashes', '\\'],
  ['numbers', '1.0,'],
  ['one number', '1'],
  ['brackets', '['],
  ['braces', '{"a":'],
  ['properties', '"a":1.0,'],
  ['points', '.'],
  ['lines', '\n'],
] as const)('comes to an end on a long text of nothing but %s', ([, part]) => {
  const hostile = part.repeat(600_000 / part.length);
  for (const text of [hostile, `"${hostile}"`, `{"count":"${hostile}`, `{"count":${hostile}}`, `[1.0${hostile}`])
    expect(typeof judge(text).valid).toBe('boolean');
});

function plain(path: string): string {
  return path.replaceAll(/\.(?!\(unnamed\))([^.[]+)/g, (whole, name: string) =>
    /^_?[A-Za-z]\w{0,63}$/.test(name) ? whole : '.(unnamed)',
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
