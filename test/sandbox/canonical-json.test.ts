import { assert, jsonValue, property } from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalValue, endOfValue } from '../../sandbox/fhir/canonical-json.ts';

test.each([
  ['{"b":1.10,"a":[ true , null ]}', '{"a":[true,null],"b":1.10}'],
  [String.raw`{"\u0061":"\u00e9\/"}`, '{"a":"é/"}'],
  [String.raw`{"a":"\\","b":"\""}`, String.raw`{"a":"\\","b":"\""}`],
  [' [ ] ', '[]'],
  ['1E5', '1E5'],
])('%s is %s in canonical form', (text, canonical) => {
  expect(canonicalValue(text).canonical).toBe(canonical);
});

test('white space and the order of keys do not matter, the value does', () => {
  assert(
    property(jsonValue(), (value) => {
      const plain = JSON.stringify(value);
      const pretty = JSON.stringify(value, undefined, 2);
      const { canonical } = canonicalValue(pretty);
      expect(canonical).toBe(canonicalValue(plain).canonical);
      expect(JSON.parse(canonical)).toEqual(JSON.parse(plain));
      expect(canonicalValue(canonical).canonical).toBe(canonical);
      expect(endOfValue(plain, 0)).toBe(plain.length);
    }),
  );
});
