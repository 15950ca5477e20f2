import { formatNote } from '../formats/format-note.ts';
import type { Environment } from './environment.ts';

/** Warns of what is odd about the text of a primitive that may well have its form. */
export function addFormatNote(value: string, type: string, environment: Environment, path: string): void {
  const note = formatNote(type, value);
  if (note !== undefined) environment.add(path, 'warning', 'value', note);
}
