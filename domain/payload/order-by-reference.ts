export interface ReferenceOrder {
  /** Indexes into the input: what is depended on comes first. */
  readonly order: readonly number[];
  /** References that had to be left pointing forward, because they close a cycle. */
  readonly cyclesBroken: number;
}

/**
 * Depth first from the first resource to the last: each comes after what it refers to, and otherwise in the order of the source,
 * so that the same record always gives the same order. A reference back to a resource that is still open closes a cycle.
 */
export function orderByReference(dependsOn: readonly (readonly number[])[]): ReferenceOrder {
  const state = dependsOn.map((): 'new' | 'open' | 'done' => 'new');
  const order: number[] = [];
  let cyclesBroken = 0;
  for (const root of dependsOn.keys()) {
    if (state[root] !== 'new') continue;
    state[root] = 'open';
    // A stack of its own: a chain of references can be longer than the call stack is deep.
    const path = [{ node: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = dependsOn[top.node]?.[top.next];
      top.next += 1;
      if (dependency === undefined) {
        state[top.node] = 'done';
        order.push(top.node);
        path.pop();
      } else if (state[dependency] === 'new') {
        state[dependency] = 'open';
        path.push({ node: dependency, next: 0 });
      } else if (state[dependency] === 'open') {
        cyclesBroken += 1;
      }
    }
  }
  return { order, cyclesBroken };
}
