import { endOfValue, walkMembers } from './canonical-json.ts';

/** The resource's text under another id, everything else byte for byte as posted. */
export function withId(text: string, id: string): string {
  let span: { from: number; to: number } | undefined;
  const opening = text.indexOf('{');
  walkMembers(text, opening, (key, from) => {
    const to = endOfValue(text, from);
    if (key === 'id') span = { from, to };
    return to;
  });
  const literal = JSON.stringify(id);
  if (span !== undefined) return text.slice(0, span.from) + literal + text.slice(span.to);
  return `${text.slice(0, opening + 1)}"id":${literal},${text.slice(opening + 1)}`;
}

/** "`urn:uuid` placeholders, in which case references inside the same bundle are rewritten" (domain.md 1.2). */
export function withReferences(text: string, newNames: ReadonlyMap<string, string>): string {
  if (newNames.size === 0) return text;
  return text.replace(/("reference"\s*:\s*)"([^"\\]+)"/g, (whole, before: string, name: string) => {
    const newName = newNames.get(name);
    return newName === undefined ? whole : `${before}"${newName}"`;
  });
}

/** The resource's text with this version and time of change in its `meta`, everything else byte for byte. */
export function withVersion(text: string, versionId: string, lastUpdated: string): string {
  let span: { from: number; to: number } | undefined;
  const opening = text.indexOf('{');
  walkMembers(text, opening, (key, from) => {
    const to = endOfValue(text, from);
    if (key === 'meta') span = { from, to };
    return to;
  });
  const given: object = span === undefined ? {} : (JSON.parse(text.slice(span.from, span.to)) as object);
  const meta = JSON.stringify({ ...given, versionId, lastUpdated });
  if (span !== undefined) return text.slice(0, span.from) + meta + text.slice(span.to);
  return `${text.slice(0, opening + 1)}"meta":${meta},${text.slice(opening + 1)}`;
}
