import { expect, test } from 'vitest';

import { isLanguageTag } from '../../../../domain/validation/formats/language-tag.ts';

const tags = `en EN-us es-419 zh-Hant zh-Hant-TW de-CH-1996 sl-rozaj-biske zh-yue-HK mas is de-DE-u-co-phonebk en-x-twain
  x-whatever i-klingon sgn-BE-FR iw`;

test.for(tags.split(/\s+/))('%s is a language tag', (tag) => {
  expect(isLanguageTag(tag)).toBe(true);
});

test.for([
  '',
  'e',
  'xx',
  'English',
  'en_US',
  'en-',
  '-en',
  'en--US',
  'en-USAA-x',
  'en US',
  'x',
  'en-x',
  'd\u00e9',
  'a'.repeat(5_000),
])('%s is none', (tag) => {
  expect(isLanguageTag(tag)).toBe(false);
});

test('nor is what is no text', () => {
  expect([undefined, null, 5, ['en']].map(isLanguageTag)).toEqual([false, false, false, false]);
});
