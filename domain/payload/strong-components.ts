/**
 * The strongly connected components of a graph of references: what refers to each other in a circle belongs together. Each comes
 * after the ones that it refers to. Both the components and what is in them keep the order of `order`, in which a depth-first
 * walk left the nodes (Kosaraju's algorithm: of two components, the one that is referred to was left for good earlier).
 */
export function strongComponents(
  dependsOn: readonly (readonly number[])[],
  order: readonly number[],
): readonly (readonly number[])[] {
  const referredBy = dependsOn.map((): number[] => []);
  for (const [from, targets] of dependsOn.entries()) for (const to of targets) referredBy[to]?.push(from);
  const placeOf = new Map(order.map((node, place) => [node, place]));
  const found = new Set<number>();
  const components: (readonly number[])[] = [];
  for (const root of order.toReversed()) {
    if (found.has(root)) continue;
    const component = reachable(root, referredBy, found);
    components.push(component.toSorted((a, b) => (placeOf.get(a) ?? 0) - (placeOf.get(b) ?? 0)));
  }
  return components.toReversed();
}

/** Everything that can be reached and was not found before; adds it to what was found. */
function reachable(root: number, edges: readonly (readonly number[])[], found: Set<number>): number[] {
  found.add(root);
  const nodes = [root];
  // The list grows while it is walked: it is the queue, too.
  for (const node of nodes) {
    for (const next of edges[node] ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      nodes.push(next);
    }
  }
  return nodes;
}
