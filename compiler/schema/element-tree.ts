import type { ElementDefinition, StructureDefinition } from '../package/definitions.ts';

/** An element of a snapshot with what stands below it: its children, and the slices that divide it. */
export interface ElementNode {
  readonly id: string;
  /** Last step of the path: `name`, `value[x]`. */
  readonly name: string;
  readonly sliceName?: string;
  readonly definition: ElementDefinition;
  readonly children: ElementNode[];
  readonly slices: ElementNode[];
}

/** Puts the flat list of a snapshot together as a tree, by element ids. The definition must have a snapshot. */
export function elementTree({ url, snapshot }: StructureDefinition): ElementNode {
  const nodes = new Map<string, ElementNode>();
  let root: ElementNode | undefined;
  for (const definition of snapshot?.element ?? []) {
    const id = definition.id ?? definition.path;
    const [parentId, step] = splitLast(id, '.');
    const [name = step, sliceName] = step.split(/:(.*)/s);
    const node: ElementNode = {
      id,
      name,
      ...(sliceName !== undefined && { sliceName }),
      definition,
      children: [],
      slices: [],
    };
    nodes.set(id, node);
    root ??= node;
    if (parentId === '') continue;
    const base = sliceName === undefined ? undefined : nodes.get(`${parentId}.${name}`);
    if (base === undefined) nodes.get(parentId)?.children.push(node);
    else base.slices.push(node);
  }
  if (root === undefined) throw new TypeError(`${url} has no snapshot`);
  return root;
}

function splitLast(text: string, separator: string): readonly [string, string] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 1)];
}
