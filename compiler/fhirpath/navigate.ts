import { isOpenResource, isPrimitive } from './categories.ts';
import type { Code } from './code.ts';
import type { Scope } from './context.ts';
import { type Flow, type Item, none, presence, single, unknownType } from './flow.ts';
import { eachOf } from './loops.ts';
import type { ElementModel } from './type-model.ts';

/** A JSON property that a name may lead to. */
interface Access {
  readonly property: string;
  readonly types: readonly string[];
  readonly list: 'yes' | 'no' | 'perhaps';
}

/** The children of this name of every item. A name that the types do not have leads to nothing. */
export function navigate(scope: Scope, input: Flow, name: string): Flow {
  const accesses = (item: Item) => accessesOf(scope, item, name);
  const { items } = input;
  if (items === undefined) return steps(scope, input, accesses);
  const found = items.map((item) => ({ item, reached: accesses(item) }));
  const all = found.flatMap(({ reached }) => reached);
  if (all.length === 0) return none;
  if (all.every(({ list }) => list === 'no'))
    return single(...found.flatMap(({ item, reached }) => reached.map((access) => childOf(scope, item, access))));
  const flow = steps(scope, input, accesses);
  const [only] = found;
  const [access] = all;
  const plain = found.length === 1 && all.length === 1 && access?.list === 'yes' && !hasSiblings(scope, access.types);
  return plain && only !== undefined && access !== undefined
    ? { ...flow, array: childOf(scope, only.item, access).value }
    : flow;
}

function steps(scope: Scope, input: Flow, accesses: (item: Item) => readonly Access[]): Flow {
  const types = new Set<string>();
  let many = input.many;
  for (const type of input.types)
    for (const access of accesses({ value: '', types: [type] })) {
      for (const reached of access.types) types.add(reached);
      if (access.list !== 'no') many = true;
    }
  if (types.size === 0) return none;
  return {
    many,
    types: [...types],
    each: (code, body) => {
      input.each(code, (item, inside) => {
        const kept = { ...item, value: inside.keep(item.value) };
        for (const access of accesses(kept)) eachChild(scope, inside, kept, access, body);
      });
    },
  };
}

function eachChild(scope: Scope, code: Code, item: Item, access: Access, body: (item: Item, code: Code) => void): void {
  const child = childOf(scope, item, access);
  if (access.list === 'no') {
    const kept = { ...child, value: code.keep(child.value) };
    code.when(presence(kept), (then) => body({ ...kept, present: true }, then));
  } else eachOf(code, access.list === 'yes' ? child : listed(scope, child), body);
}

/** Where one type has a list and another a single value, both are looped over. */
function listed({ runtime }: Scope, { value, types }: Item): Item {
  return { value: `${runtime('listOf')}(${value})`, types };
}

function childOf(scope: Scope, item: Item, { property, types }: Access): Item {
  const primitive = item.types.some((type) => isPrimitive(scope.model, type));
  // The children of a primitive (id and extensions) stand in the object beside it.
  const holder = primitive ? (item.sibling ?? 'undefined') : item.value;
  const dot = item.sure === true && !primitive ? '.' : '?.';
  const siblings = hasSiblings(scope, types) ? { sibling: `${holder}${dot}_${property}` } : {};
  return { value: `${holder}${dot}${property}`, ...siblings, types };
}

function hasSiblings({ model }: Scope, types: readonly string[]): boolean {
  return types.some((type) => isPrimitive(model, type));
}

function accessesOf({ model }: Scope, { types }: Item, name: string): Access[] {
  const found = new Map<string, { types: Set<string>; lists: Set<boolean> }>();
  const add = ({ list, properties }: ElementModel) => {
    for (const { property, type } of properties) {
      const entry = found.get(property) ?? { types: new Set(), lists: new Set() };
      entry.types.add(type);
      entry.lists.add(list);
      found.set(property, entry);
    }
  };
  for (const type of types) {
    const element = model.element(type, name);
    if (isPrimitive(model, type) && name === 'value') continue;
    if (element !== undefined) add(element);
    else if (type === unknownType || isOpenResource(type))
      for (const [owner, named] of model.elementsNamed(name)) if (!isPrimitive(model, owner)) add(named);
  }
  return [...found].map(([property, { types: reached, lists }]) => ({
    property,
    types: [...reached],
    list: lists.size > 1 ? 'perhaps' : lists.has(true) ? 'yes' : 'no',
  }));
}
