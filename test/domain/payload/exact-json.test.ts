import { expect, test } from 'vitest';

import { canonicalJson } from '../../../domain/payload/canonical-json.ts';
import { parseExact, withPlainNumbers } from '../../../domain/payload/exact-json.ts';

test.each(['1.10', '0.0', '-0', '1e2', '1E-7', '12345678901234567890', '77.80000000000000000001', '1.0e400'])(
  'the number %s is written as it was read',
  (text) => {
    const resource = `{"value":${text},"list":[${text}]}`;
    expect(JSON.stringify(parseExact(resource))).toBe(resource);
    expect(canonicalJson(parseExact(resource))).toBe(`{"list":[${text}],"value":${text}}`);
  },
);

test('readers that calculate see ordinary numbers', () => {
  expect(withPlainNumbers(parseExact('{"a":[{"b":1.10}],"c":"1.10"}'))).toEqual({ a: [{ b: 1.1 }], c: '1.10' });
});

test('a value without kept numbers is not copied', () => {
  const value = parseExact('{"a":[1,2.5,{"b":null}]}');
  expect(withPlainNumbers(value)).toBe(value);
});

test('a key named __proto__ is a key like others', () => {
  const text = '{"__proto__":{"value":1.10}}';
  expect(JSON.stringify(parseExact(text))).toBe(text);
  expect(canonicalJson(parseExact(text))).toBe(text);
  expect(JSON.stringify(withPlainNumbers(parseExact(text)))).toBe('{"__proto__":{"value":1.1}}');
});
