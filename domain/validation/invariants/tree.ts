/** The values of an element's properties, lists laid open. Extensions of primitives (`_name`) do not count for themselves. */
export function childrenOf(node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  const children: unknown[] = [];
  for (const [name, value] of Object.entries(node)) {
    if (name === 'resourceType' || (name.startsWith('_') && Object.hasOwn(node, name.slice(1)))) continue;
    if (Array.isArray(value)) children.push(...(value as unknown[]).filter((item) => item !== null));
    else children.push(value);
  }
  return children;
}

/** Every value below an element, level by level. */
export function descendantsOf(node: unknown): unknown[] {
  const found = childrenOf(node);
  for (let at = 0; at < found.length; at += 1) for (const child of childrenOf(found[at])) found.push(child);
  return found;
}
