/** FHIRPath's functions on text (N1, 5.6). Every one gives nothing where the input or an argument is no text. */
export function textLength(text: unknown): number | undefined {
  return typeof text === 'string' ? text.length : undefined;
}

export function indexOf(text: unknown, part: unknown): number | undefined {
  return typeof text === 'string' && typeof part === 'string' ? text.indexOf(part) : undefined;
}

/** Nothing where the start lies outside of the text. */
export function substring(text: unknown, start: unknown, ...rest: readonly unknown[]): string | undefined {
  if (typeof text !== 'string' || typeof start !== 'number' || start < 0 || start >= text.length) return undefined;
  if (rest.length === 0) return text.slice(start);
  const [length] = rest;
  return typeof length === 'number' ? text.slice(start, start + Math.max(length, 0)) : undefined;
}

export function lower(text: unknown): string | undefined {
  return typeof text === 'string' ? text.toLowerCase() : undefined;
}

export function upper(text: unknown): string | undefined {
  return typeof text === 'string' ? text.toUpperCase() : undefined;
}

export function trim(text: unknown): string | undefined {
  return typeof text === 'string' ? text.trim() : undefined;
}

export function replace(text: unknown, part: unknown, by: unknown): string | undefined {
  if (typeof text !== 'string' || typeof part !== 'string' || typeof by !== 'string') return undefined;
  return text.replaceAll(part, () => by);
}

/** The parts between the separators, of the only item of a collection. */
export function split(texts: readonly unknown[], separators: readonly unknown[]): string[] {
  const [[text], [separator]] = [texts, separators];
  const one = texts.length === 1 && typeof text === 'string' && typeof separator === 'string';
  return one ? text.split(separator) : [];
}

/** The texts of a collection as one; nothing of what is no text. */
export function join(texts: readonly unknown[], separator: unknown = ''): string | undefined {
  return typeof separator === 'string' ? texts.filter((text) => typeof text === 'string').join(separator) : undefined;
}
