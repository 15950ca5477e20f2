import type { ValidationIssue } from '../../../schemas/validation.ts';
import { Lines } from './lines.ts';
import { PlaceInText } from './place-in-text.ts';
import { type SyntaxWhy, walkJson } from './walk-json.ts';

const reasons: Readonly<Record<SyntaxWhy, string>> = {
  nothing: 'it is empty',
  'breaks-off': 'it breaks off',
  'text-behind': 'something follows its end',
  comment: 'it holds a comment',
  'extra-comma': 'a comma has nothing behind it',
  'missing-comma': 'a comma is missing',
  'missing-colon': 'a colon is missing',
  unquoted: 'something is not in double quotes',
  'control-character': 'a string holds a control character that is not escaped',
  escape: 'a string holds an escape that JSON does not know',
  number: 'a number is malformed',
  'wrong-bracket': 'a bracket does not fit the one that is open',
  unexpected: 'a character stands where it cannot',
};

/** The issue of a text that JSON.parse refuses: why, and where. */
export function syntaxIssue(text: string): ValidationIssue {
  const place = new PlaceInText(text);
  const { why, at } = walkJson(text, place) ?? { why: 'unexpected', at: 0 };
  return {
    severity: 'fatal',
    code: 'invalid',
    diagnostics: `The text is not JSON: ${reasons[why]} (${new Lines(text).describe(at)}).`,
    expression: place.path === '' ? [] : [place.path],
  };
}
