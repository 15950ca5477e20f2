/** One JSON property that an element may take. */
export interface PropertyModel {
  /** `valueQuantity` of `value[x]`; otherwise the element's name. */
  readonly property: string;
  /** A type code (`Quantity`, `code`), `System.String`, or the path of an element with children of its own (`Patient.contact`). */
  readonly type: string;
}

/** An element as FHIRPath names it: `value` for `value[x]`. */
export interface ElementModel {
  readonly list: boolean;
  /** One, or for a choice one per type. */
  readonly properties: readonly PropertyModel[];
}

export interface TypeInfo {
  readonly kind: 'primitive' | 'complex' | 'resource';
  /** Name of the type that it specialises; none for `Element` and `Resource`. */
  readonly base?: string;
  readonly elements: ReadonlyMap<string, ElementModel>;
}

/** What FHIR's types are made of, as far as expressions need to know. */
export class TypeModel {
  readonly #types: ReadonlyMap<string, TypeInfo>;
  readonly #byName = new Map<string, readonly (readonly [type: string, element: ElementModel])[]>();

  constructor(types: ReadonlyMap<string, TypeInfo>) {
    this.#types = types;
    for (const [type, { elements }] of types)
      for (const [name, element] of elements)
        this.#byName.set(name, [...(this.#byName.get(name) ?? []), [type, element]]);
  }

  has(type: string): boolean {
    return this.#types.has(type);
  }

  kindOf(type: string): TypeInfo['kind'] | undefined {
    return this.#types.get(type)?.kind;
  }

  /** An element of a type, its own or inherited. */
  element(type: string, name: string): ElementModel | undefined {
    return this.#types.get(type)?.elements.get(name);
  }

  /** Every element of a type. */
  elementsOf(type: string): readonly ElementModel[] {
    return [...(this.#types.get(type)?.elements.values() ?? [])];
  }

  /** Every element of this name, whatever the type: for values whose type is known only at run time. */
  elementsNamed(name: string): readonly (readonly [type: string, element: ElementModel])[] {
    return this.#byName.get(name) ?? [];
  }

  /** True where a value of `type` is one of `wanted` too. */
  isA(type: string, wanted: string): boolean {
    if (type === wanted) return true;
    const base = this.#types.get(type)?.base;
    return base !== undefined && base !== type && this.isA(base, wanted);
  }
}
