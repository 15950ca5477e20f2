import type { Code } from './code.ts';
import type { Flow, Item } from './flow.ts';

/** Writes a loop over the JSON array at `list`; with a sibling, over the values and the extensions beside them in step. */
export function eachOf(code: Code, list: Item, body: (item: Item, code: Code) => void): void {
  const [values, at, value] = [code.name('a'), code.name('i'), code.name('x')];
  const inside = code.piece();
  const { sibling, types } = list;
  if (sibling === undefined) {
    body({ value, types, present: true, sure: true }, inside);
    if (inside.text === '') return;
    code.write(
      `const ${values}=${list.value};if(${values}!=null)for(let ${at}=0;${at}<${values}.length;${at}++){` +
        `const ${value}=${values}[${at}];if(${value}==null)continue;${inside.text}}`,
    );
    return;
  }
  const [siblings, beside, end] = [code.name('b'), code.name('y'), code.name('n')];
  body({ value, sibling: beside, types, present: true }, inside);
  if (inside.text === '') return;
  code.write(
    `const ${values}=${list.value},${siblings}=${sibling};` +
      `for(let ${at}=0,${end}=Math.max(${values}?.length??0,${siblings}?.length??0);${at}<${end};${at}++){` +
      `const ${value}=${values}?.[${at}],${beside}=${siblings}?.[${at}];` +
      `if(${value}==null&&${beside}==null)continue;${inside.text}}`,
  );
}

/** A collection that stands in a JavaScript array of values, every one of them there. */
export function listFlow(array: string, types: readonly string[]): Flow {
  return {
    many: true,
    types,
    array,
    each: (code, body) => eachOf(code, { value: array, types }, body),
  };
}

/** The values of a collection as a JavaScript array. */
export function collect(flow: Flow, code: Code): string {
  if (flow.array !== undefined) {
    const array = code.keep(flow.array);
    return code.keep(`(Array.isArray(${array})?${array}:[])`);
  }
  const list = code.name('l');
  code.write(`const ${list}=[];`);
  flow.each(code, ({ value }, inside) => inside.write(`${list}.push(${value});`));
  return list;
}

/**
 * The only item of a collection, as an expression; nothing where there are more or none. Each alternative of a choice stays an item of
 * its own, so that its type is known.
 */
export function onlyItems(flow: Flow, code: Code): readonly Item[] {
  if (flow.items !== undefined) return flow.items;
  const [value, sibling] = [code.name('v'), code.name('s')];
  const count = flow.many ? code.name('n') : undefined;
  let besides = false;
  const loop = code.piece();
  flow.each(loop, (item, inside) => {
    if (count !== undefined) inside.write(`${count}++;`);
    inside.write(`${value}=${item.value};`);
    if (item.sibling === undefined) return;
    besides = true;
    inside.write(`${sibling}=${item.sibling};`);
  });
  code.write(`let ${value}${besides ? `,${sibling}` : ''}${count === undefined ? '' : `,${count}=0`};${loop.text}`);
  if (count !== undefined) code.write(`if(${count}!==1)${value}=${besides ? `${sibling}=` : ''}undefined;`);
  return [besides ? { value, sibling, types: flow.types } : { value, types: flow.types }];
}
