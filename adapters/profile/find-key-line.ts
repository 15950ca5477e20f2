/**
 * The 1-based line of a TOML text on which a key is set, or else on which the nearest table around it begins; smol-toml does not
 * say. `path` is the key with its tables, such as `['send', 'max_entries']`.
 */
export function findKeyLine(toml: string, path: readonly string[]): number | undefined {
  let table: readonly string[] = [];
  let best: { readonly depth: number; readonly line: number } | undefined;
  let closing: string | undefined;
  for (const [index, text] of toml.split('\n').entries()) {
    if (closing !== undefined) {
      if (text.includes(closing)) closing = undefined;
      continue;
    }
    const header = /^\s*\[{1,2}(?<keys>[^\]]+)\]{1,2}/.exec(text)?.groups?.['keys'];
    const key = /^\s*(?<keys>[\w\s."'-]+?)\s*=/.exec(text)?.groups?.['keys'];
    if (header !== undefined) table = splitKeys(header);
    const here = header !== undefined ? table : key !== undefined ? [...table, ...splitKeys(key)] : [];
    const depth = here.every((part, at) => part === path[at]) ? here.length : 0;
    if (depth > (best?.depth ?? 0)) best = { depth, line: index + 1 };
    closing = ['"""', "'''"].find((quotes) => text.split(quotes).length % 2 === 0);
  }
  return best?.line;
}

function splitKeys(keys: string): string[] {
  return keys.split('.').map((key) => key.trim().replaceAll(/^["']|["']$/g, ''));
}
