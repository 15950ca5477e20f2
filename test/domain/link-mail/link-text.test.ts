import { describe, expect, test } from 'vitest';

import {
  defaultLinkText,
  defaultReminderText,
  fillLinkText,
  linkTextPlaceholders,
  linkTextProblem,
  untilText,
} from '../../../domain/link-mail/link-text.ts';

const values = {
  company: 'Plan A',
  counterpart: 'Plan B',
  link: 'https://x.example/?a={{contact}}',
  until: 'then',
  contact: 'us',
};

describe('the text of a link mail', () => {
  test.each([defaultLinkText, defaultReminderText])(
    'as we write it is fine, and says all that there is to say',
    (text) => {
      expect(linkTextProblem(text)).toBeUndefined();
      for (const name of linkTextPlaceholders) expect(text).toContain(`{{${name}}}`);
      const lines = fillLinkText(text, values).split('\n');
      // Alone on its line, so that no program that makes links of texts takes a full stop for a part of it.
      expect(lines).toContain(values.link);
    },
  );

  test('is filled in once: what a value holds is no placeholder', () => {
    expect(fillLinkText('{{ link }} {{contact}}', values)).toBe('https://x.example/?a={{contact}} us');
  });

  test.each([
    ['Hello', 'does not hold {{link}}'],
    ['{{link}} {{name}}', 'holds a placeholder that there is not'],
    ['{{link}} {{}}', 'holds a placeholder that there is not'],
    ['{{link}}\r', 'holds a control character'],
    [`{{link}}${'x'.repeat(20_000)}`, 'is longer than'],
  ])('%# is refused for what is wrong with it', (text, problem) => {
    expect(linkTextProblem(text)).toContain(problem);
  });
});

test.each([
  ['UTC', '2026-07-01 00:30 (UTC)'],
  ['America/New_York', '2026-06-30 20:30 (America/New_York)'],
])('a deadline is written by the clock of %s', (timeZone, text) => {
  expect(untilText(Date.parse('2026-07-01T00:30:59Z'), timeZone)).toBe(text);
});
