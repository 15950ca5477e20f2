import type { TypeModel } from '../../../compiler/fhirpath/type-model.ts';

/** An element of a resource, as an invariant meets it. */
export interface PlacedElement {
  readonly type: string;
  readonly value: unknown;
  /** The object beside a primitive. */
  readonly sibling?: unknown;
}

/** Every element of a resource, itself first, with its type. Contained resources and entries are walked through too. */
export function elementsOf(resource: Record<string, unknown>, model: TypeModel): readonly PlacedElement[] {
  const found: PlacedElement[] = [];
  walk(String(resource['resourceType']), resource, undefined);
  return found;

  function walk(type: string, value: unknown, sibling: unknown): void {
    if (value === undefined && sibling === undefined) return;
    found.push({ type, value, sibling });
    if (typeof value !== 'object' || value === null || model.kindOf(type) === 'primitive') return;
    for (const [name, item] of Object.entries(value as Record<string, unknown>))
      for (const { property, type: childType, list } of properties(type, name.replace(/^_/, ''))) {
        if (name.startsWith('_') && Object.hasOwn(value, property)) continue;
        const beside = (value as Record<string, unknown>)[`_${property}`];
        const itself = name.startsWith('_') ? undefined : item;
        if (!list) walk(typeOf(childType, itself), itself, beside);
        else
          for (let at = 0; at < Math.max(lengthOf(itself), lengthOf(beside)); at += 1)
            walk(
              typeOf(childType, itemAt(itself, at)),
              itemAt(itself, at) ?? undefined,
              itemAt(beside, at) ?? undefined,
            );
      }
  }

  function properties(type: string, name: string) {
    const own = model.elementsOf(type);
    return own.flatMap((element) =>
      element.properties
        .filter(({ property }) => property === name)
        .map((property) => ({ ...property, list: element.list })),
    );
  }
}

function typeOf(declared: string, value: unknown): string {
  const own = (value as Record<string, unknown> | undefined)?.['resourceType'];
  return typeof own === 'string' ? own : declared;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function itemAt(value: unknown, at: number): unknown {
  return Array.isArray(value) ? value[at] : undefined;
}
