import { isBlank, isSpace } from './white-space.ts';

/** What is odd about a value that has its form, in a sentence for a warning; undefined where nothing is. */
export function formatNote(type: string, value: string): string | undefined {
  if (isBlank(value)) return 'The value is nothing but white space.';
  if (hasControlCharacter(value)) return 'The value holds a control character.';
  switch (type) {
    case 'string':
      return isSpace(value.charCodeAt(0)) || isSpace(value.charCodeAt(value.length - 1))
        ? 'The value begins or ends with white space.'
        : undefined;
    case 'base64Binary':
      return hasSpace(value) ? 'The base64 text holds white space.' : undefined;
    case 'date':
    case 'dateTime':
    case 'instant':
      return isUsualYear(value) ? undefined : 'The year is out of the usual range.';
    default:
      return undefined;
  }
}

function isUsualYear(value: string): boolean {
  const year = Number(value.slice(0, 4));
  return !(year < 1800 || year > 2100);
}

function hasControlCharacter(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return true;
  }
  return false;
}

function hasSpace(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) if (isSpace(value.charCodeAt(at))) return true;
  return false;
}
