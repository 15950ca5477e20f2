import type { CodeSystem, Concept } from '../package/definitions.ts';

/** The concepts of one code system with their place in its hierarchy. */
export interface KnownCodes {
  readonly codes: ReadonlySet<string>;
  /** Codes at or below the named one; undefined where it is unknown. */
  below(code: string): ReadonlySet<string> | undefined;
  /** Codes whose property has this value. */
  having(property: string, value: string): ReadonlySet<string>;
}

/** Properties by which a concept names its parent where concepts are not nested. */
const parentProperties = new Set(['parent', 'subsumedBy']);

/** Reads the concepts of a complete code system; undefined where its content is not all here. */
export function knownCodes(system: CodeSystem): KnownCodes | undefined {
  if (system.content !== 'complete' || system.concept === undefined) return undefined;
  const children = new Map<string, string[]>();
  const concepts = new Map<string, Concept>();
  const visit = (concept: Concept, parent?: string) => {
    concepts.set(concept.code, concept);
    const parents = (concept.property ?? []).filter(({ code }) => parentProperties.has(code)).map(propertyValue);
    for (const above of parent === undefined ? parents : [parent, ...parents])
      children.set(above, [...(children.get(above) ?? []), concept.code]);
    for (const child of concept.concept ?? []) visit(child, concept.code);
  };
  for (const concept of system.concept) visit(concept);
  const codes = new Set(concepts.keys());
  return {
    codes,
    below: (code) => (codes.has(code) ? closure(code, children) : undefined),
    having: (property, value) =>
      new Set([...concepts.values()].filter((concept) => has(concept, property, value)).map(({ code }) => code)),
  };
}

function closure(root: string, children: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [root];
  for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
    if (found.has(code)) continue;
    found.add(code);
    waiting.push(...(children.get(code) ?? []));
  }
  return found;
}

function has(concept: Concept, property: string, value: string): boolean {
  return (concept.property ?? []).some((one) => one.code === property && propertyValue(one) === value);
}

function propertyValue(property: Readonly<Record<string, unknown>>): string {
  const key = Object.keys(property).find((name) => name.startsWith('value'));
  const value = key === undefined ? undefined : property[key];
  return typeof value === 'object' && value !== null ? String((value as { code?: unknown }).code) : String(value);
}
