const width = 120;

/** JSON for people: what fits into a line stands in a line, everything else one member per line. Ends with a line feed. */
export function formatJson(value: unknown): string {
  return `${format(value, '', 0)}\n`;
}

function format(value: unknown, indent: string, taken: number): string {
  const flat = inLine(value);
  if (typeof value !== 'object' || value === null || flat.length + indent.length + taken <= width) return flat;
  const inside = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${inside}${format(item, inside, 1)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).map(([key, member]: [string, unknown]) => {
    const name = JSON.stringify(key);
    return `${inside}${name}: ${format(member, inside, name.length + 3)}`;
  });
  return `{\n${members.join(',\n')}\n${indent}}`;
}

function inLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]: [string, unknown]) => `${JSON.stringify(key)}: ${inLine(member)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** A JSON array with one item per line: for long lists that are compared line by line. */
export function formatLines(items: readonly unknown[]): string {
  return items.length === 0 ? '[]\n' : `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`;
}
