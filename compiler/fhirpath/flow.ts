import type { Code } from './code.ts';

/** The type of a value that is known only when it is met: what `resolve()`, `children()` and `descendants()` give. */
export const unknownType = 'unknown';

/** One value in generated code. The parts are JavaScript expressions without effects, safe to evaluate more than once. */
export interface Item {
  /** The JSON value, or `undefined`/`null` where a primitive has none, or where there is no item. */
  readonly value: string;
  /** The object beside a primitive with its id and extensions (`_name`). */
  readonly sibling?: string;
  /** Every type that it may have: type codes, element paths, `System.*`, or `unknown`. */
  readonly types: readonly string[];
  /** The value is neither null nor undefined. */
  readonly sure?: true;
  /** It is there for certain, with a value or with extensions alone. */
  readonly present?: true;
}

/** A collection in generated code. */
export interface Flow {
  /** More than one item is possible. */
  readonly many: boolean;
  readonly types: readonly string[];
  /** The items as expressions, where each stands for at most one item and at most one is there (unless `many`). */
  readonly items?: readonly Item[];
  /** Expression of an array of objects that is exactly this collection. */
  readonly array?: string;
  /** Writes code that runs `body` once for each item that is there. `break` out of it needs a label. */
  readonly each: (code: Code, body: (item: Item, code: Code) => void) => void;
}

/** Condition that an item is there. */
export function presence({ value, sibling, present }: Item): string {
  if (present === true) return 'true';
  if (value === 'undefined') return 'false';
  return sibling === undefined ? `${value}!=null` : `(${value}!=null||${sibling}!=null)`;
}

/** A collection of single values, at most one of which is there. */
export function single(...items: readonly Item[]): Flow {
  return {
    many: false,
    types: [...new Set(items.flatMap(({ types }) => types))],
    items,
    each: (code, body) => {
      for (const item of items) code.when(presence(item), (then) => body({ ...item, present: true }, then));
    },
  };
}

export const none: Flow = single();
