import { atOne, isObject, isText, listOf, type Operator, type Place, put } from './mutation.ts';

const dates = [
  '2023-02-30',
  '2023-13-01',
  '2023-1-1',
  '2023',
  '2023-05',
  '0000-01-01',
  '2023-05-05T10:00:00',
  '2023-05-05T24:00:00Z',
  '2023-05-05T10:00Z',
  '2023-05-05T10:00:60Z',
  '2023-05-05T10:00:00.123+05:00',
  '2023-05-05T10:00:00+15:00',
  '2024-02-29',
  'soon',
  '2023-02-29',
  '1900-02-29',
  '9999-12-31',
  '2023-00-10',
  '2023-05-00',
  '2023/05/05',
  '20230505',
  '23-05-05',
  '-2023-01-01',
  '2023-05-05 10:00:00Z',
  '2023-05-05T1:00:00Z',
  '2023-05-05T10:00:00z',
  '2023-05-05T10:00:00+14:00',
  '2023-05-05T10:00:00-00:00',
  '2023-05-05T10:00:00+0500',
  '2023-05-05T10:60:00Z',
  '2023-05-05T10:00:61Z',
  '2023-05-05T10:00:00.Z',
  '2023-05-05T10:00:00.123456789Z',
  '2023-05-05T',
  '2023-05-05Z',
  '2023-W05',
];
const uris = [
  'x',
  'Patient/1',
  'urn:oid:1.2.3',
  'urn:oid:01.2',
  'urn:oid:1.2.840.10008',
  'urn:uuid:x',
  'http://x.org/a b',
  '#x',
  '',
  'http://',
  'http:x',
  'HTTP://X.ORG',
  'urn:x:y',
  'oid:1.2.3',
  'http://x.org|1',
  'http://x.org/\u00e9',
  'http://x.org/<a>',
  'http://loinc.org/',
  'http://hl7.org/fhir/ValueSet/observation-status',
];
const isDate = (place: Place): boolean => isText(place) && /^\d{4}(-|$)/.test(String(place.value));
const isCode = ({ key, value }: Place): boolean =>
  typeof value === 'string' && /^(code|status|use|type|intent|gender|mode|kind|criticality|priority)$/.test(key);
const isNumber = ({ value }: Place): boolean => typeof value === 'number';
const hasNumber = ({ value }: Place): boolean => isObject(value) && typeof value['value'] === 'number';

/** Values of primitive types, codes and quantities. */
export const valueOperators: Readonly<Record<string, Operator>> = {
  'other-date': atOne(isDate, (place, { random }) => put(place, random.pick(dates))),
  'unknown-code': atOne(isCode, (place) => put(place, 'bogus-code')),
  'swapped-text': atOne(isText, (place, { places, random }) => put(place, random.pick(places.filter(isText)).value)),
  'white-space': atOne(isText, (place, { random }) => {
    const text = String(place.value);
    put(
      place,
      random.pick([` ${text}`, `${text} `, text.replace(/(.)/, '$1 '), '  ', 'a\tb', 'a\nb', `${text}\u00a0`]),
    );
  }),
  'control-character': atOne(isText, (place, { random }) => put(place, random.pick(['x\u0000y', 'x\u0001', '\ud800']))),
  'other-uri': atOne(
    ({ key, value }) =>
      typeof value === 'string' &&
      /^(system|url|uri|instantiatesUri|source|fullUrl|implicitRules|questionnaire|valueUri|valueUrl)$/.test(key),
    (place, { random }) => put(place, random.pick(uris)),
  ),
  'other-id': ({ resource, random }) => {
    resource['id'] = random.pick<unknown>([
      'a b',
      'x'.repeat(65),
      'x'.repeat(64),
      'ok-1',
      'a/b',
      'a_b',
      '',
      5,
      '1.2',
      '#a',
      '\u00e9',
      ' ',
      ['x'],
      null,
    ]);
    return undefined;
  },
  'other-number': atOne(isNumber, (place, { random }) =>
    put(
      place,
      random.pick<unknown>([-1, 0, 1.5, 1e30, String(place.value), 99_999_999_999, 3, 2_147_483_648, 1e-9, -0.5]),
    ),
  ),
  'number-spelling': (mutation) => {
    const [place] = mutation.places.filter(isNumber);
    if (place === undefined) return 'not-applicable';
    put(place, 424_242);
    const text = JSON.stringify(mutation.resource);
    return {
      text: text.replace(
        '424242',
        mutation.random.pick([
          '1.0',
          '1e0',
          '01',
          '1.00',
          '-0',
          '1.',
          '1E2',
          '+1',
          '.5',
          'NaN',
          '1e400',
          '0.1234567890123456789012345',
          '-1.0',
          '1_000',
        ]),
      ),
    };
  },
  'other-quantity': atOne(hasNumber, ({ value }, { random }) => {
    const quantity = value as Record<string, unknown>;
    const [name, other] = random.pick<readonly [string, unknown]>([
      ['system', undefined],
      ['code', 'foo'],
      ['value', undefined],
      ['comparator', '='],
      ['comparator', '<'],
      ['unit', 5],
      ['system', 'http://example.org'],
      ['code', undefined],
      ['code', 'mg/dL'],
    ]);
    if (other === undefined) delete quantity[name];
    else quantity[name] = other;
  }),
  'other-coding': atOne(
    ({ key, value }) => key === 'coding' && Array.isArray(value) && isObject(value[0]),
    (place, { random }) => {
      const codings = place.value as Record<string, unknown>[];
      const first = codings[0] ?? {};
      random.pick<() => void>([
        () => void codings.push({ system: 'http://example.org', code: 'x' }),
        () => {
          delete (place.parent as Record<string, unknown>)['coding'];
          (place.parent as Record<string, unknown>)['text'] = 'x';
        },
        () => void delete first['system'],
        () => void delete first['code'],
        () => void (first['display'] = 'Bogus display'),
        () => void (first['system'] = 'http://example.org/cs'),
        () => void (first['system'] = 'relative'),
        () => void codings.unshift({ system: 'http://loinc.org', code: '1-1' }),
        () => void (first['userSelected'] = 'yes'),
      ])();
    },
  ),
  'odd-identifier': ({ resource, random }) => {
    if (!Array.isArray(resource['identifier'])) return 'not-applicable';
    listOf(resource, 'identifier').push(
      random.pick<unknown>([
        { system: 'x', value: '1' },
        { value: '1' },
        { system: 'http://x.org', value: '' },
        { use: 'foo' },
        { system: 'urn:oid:1.2.3', value: '1' },
        { system: 'urn:uuid:x', value: '1' },
        { type: { text: 'x' } },
      ]),
    );
    return undefined;
  },
  'reversed-period': atOne(
    ({ value }) => isObject(value) && ('start' in value || 'end' in value),
    ({ value }) => void Object.assign(value as object, { start: '2024-01-01', end: '2023-01-01' }),
  ),
  'odd-telecom': atOne(
    ({ key, value }) => key === 'telecom' && Array.isArray(value),
    ({ value }, { random }) =>
      void (value as unknown[]).push(
        random.pick<unknown>([
          { value: '1' },
          { system: 'phone' },
          { rank: 0, system: 'phone', value: '1' },
          { system: 'fax', value: '1', use: 'bad' },
        ]),
      ),
  ),
  'odd-name': atOne(
    ({ key, value }) => key === 'name' && Array.isArray(value),
    (place, { random }) =>
      put(
        place,
        random.pick<unknown>([
          [{ text: 'x' }],
          [{ use: 'usual' }],
          [{ given: ['x'] }],
          [{ family: '' }],
          [{ family: 'x', given: [null] }],
        ]),
      ),
  ),
};
