import type { Expression } from './ast.ts';
import { type Category, commonCategory } from './categories.ts';
import type { Code } from './code.ts';
import type { Answers, Context, Scope, Truth } from './context.ts';
import { type Flow, type Item, presence } from './flow.ts';
import { and, not, or } from './logic.ts';
import { collect, onlyItems } from './loops.ts';
import { answered, definite } from './truth.ts';

/** Equality of two items (N1, 6.1.1). The values may be evaluated more than once. */
function equalItems(scope: Scope, left: Item, right: Item): Answers {
  const [one, other] = [commonCategory(scope.model, left.types), commonCategory(scope.model, right.types)];
  const certain = (yes: string): Answers => ({ yes, no: not(yes) });
  const asked = (name: string): Answers => {
    const call = `${scope.runtime(name)}(${left.value},${right.value})`;
    return { yes: `${call}===true`, no: `${call}===false` };
  };
  if (one === 'date' && other === 'date') return asked('datesEqual');
  if (one === 'quantity' && other === 'quantity') return asked('quantitiesEqual');
  if (isPlain(one) && isPlain(other))
    return certain(
      one === other ? `${left.value}===${right.value}` : `${scope.runtime('sameText')}(${left.value},${right.value})`,
    );
  const impossible = (plain: Category, complex: Category) => isPlain(plain) && complex === 'object';
  if (impossible(one, other) || impossible(other, one)) return certain('false');
  return certain(`${scope.runtime('deepEqual')}(${left.value},${right.value})`);
}

function isPlain(category: Category): boolean {
  return category !== 'object' && category !== 'quantity' && category !== 'unknown';
}

/** `left = right`: empty where a side is empty; collections are equal item by item. */
export function equality(left: Expression, right: Expression, context: Context): Truth {
  const { scope } = context;
  return answered((code) => {
    const [one, other] = [scope.flow(left, context, code), scope.flow(right, context, code)];
    if (!one.many && !other.many) return pairs(scope, code, one, other);
    if (!other.many) return manyWithOne(scope, code, one, other);
    if (!one.many) return manyWithOne(scope, code, other, one);
    const result = code.keep(`${scope.runtime('listsEqual')}(${collect(one, code)},${collect(other, code)})`);
    return { yes: `${result}===true`, no: `${result}===false` };
  });
}

/** Single items with their values in constants. */
function kept(flow: Flow, code: Code): readonly Item[] {
  return onlyItems(flow, code).map((item) => ({ ...item, value: code.keep(item.value) }));
}

function pairs(scope: Scope, code: Code, left: Flow, right: Flow): Answers {
  const [lefts, rights] = [kept(left, code), kept(right, code)];
  const answers = lefts.flatMap((one) =>
    rights.map((other): Answers => {
      const { yes, no } = equalItems(scope, one, other);
      const there = [presence(one), presence(other)];
      // A constant equals only what is there.
      const constant = (one.present === true || other.present === true) && yes.includes('===');
      return { yes: constant ? yes : and(...there, yes), no: and(...there, no) };
    }),
  );
  return { yes: or(...answers.map(({ yes }) => yes)), no: or(...answers.map(({ no }) => no)) };
}

function manyWithOne(scope: Scope, code: Code, list: Flow, one: Flow): Answers {
  const [count, equal] = [code.name('n'), code.name('eq')];
  const others = kept(one, code);
  const loop = code.piece();
  list.each(loop, (item, inside) => {
    const same = or(...others.map((other) => and(presence(other), equalItems(scope, item, other).yes)));
    inside.write(`${count}++;${equal}=${same};`);
  });
  code.write(`let ${count}=0,${equal}=false;${loop.text}`);
  return {
    yes: and(`${count}===1`, equal),
    no: and(`${count}>0`, or(...others.map(presence)), or(`${count}!==1`, not(equal))),
  };
}

/** `left in right`: the item on the left is one of those on the right. */
export function membership(left: Expression, right: Expression, context: Context): Truth {
  const { scope } = context;
  return answered((code) => {
    const items = kept(scope.flow(left, context, code), code);
    const list = scope.flow(right, context, code);
    const answers = items.map((item): Answers => {
      const there = presence(item);
      const body = code.piece();
      const found = body.search((look, yes) => {
        list.each(look, (member, inside) =>
          inside.when(equalItems(scope, item, member).yes, (then) => then.write(yes)),
        );
      });
      if (body.text === '') return { yes: and(there, found), no: and(there, not(found)) };
      const result = code.name('is');
      code.write(`let ${result}=false;if(${there}){${body.text}${result}=${found};}`);
      return { yes: result, no: and(there, not(result)) };
    });
    return { yes: or(...answers.map(({ yes }) => yes)), no: or(...answers.map(({ no }) => no)) };
  });
}

/** `~`: as `=`, but text without regard to case and blanks, and lists in any order; never empty. */
export function equivalence(left: Expression, right: Expression, context: Context): Truth {
  const { scope } = context;
  return definite((code) => {
    const lists = [left, right].map((side) => collect(scope.flow(side, context, code), code));
    return `${scope.runtime('equivalent')}(${lists.join(',')})`;
  });
}
