import type { BinaryOperator, Expression } from './ast.ts';
import { categoryOf, commonCategory } from './categories.ts';
import type { Code } from './code.ts';
import { type Call, type Context, inputOf, NotCompilable } from './context.ts';
import { type Flow, type Item, presence, single } from './flow.ts';
import { onlyItems } from './loops.ts';

const operations: Readonly<Partial<Record<BinaryOperator, string>>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided',
  div: 'quotient',
  mod: 'remainder',
  '&': 'concatenated',
};

/** Arithmetic of numbers, `+` and `&` of texts, and dates with a duration; empty where a side is (but not for `&`). */
export function arithmetic(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  context: Context,
  code: Code,
): Flow {
  const { scope } = context;
  const name = operations[operator];
  if (name === undefined) throw new NotCompilable(`the operator ${operator} is not known`);
  const one = onlyItem(scope.flow(left, context, code), code);
  const other = onlyItem(scope.flow(right, context, code), code);
  const [first, second] = [one, other].map(({ types }) => commonCategory(scope.model, types));
  if (first === 'date' && second === 'quantity' && (operator === '+' || operator === '-')) {
    const value = code.keep(
      `${scope.runtime(`date${operator === '+' ? 'Plus' : 'Minus'}`)}(${one.value},${other.value})`,
    );
    return single({ value, types: one.types });
  }
  if (first === 'quantity' || second === 'quantity') throw new NotCompilable('arithmetic of quantities is not done');
  const value = code.keep(`${scope.runtime(name)}(${one.value},${other.value})`);
  return single({ value, types: [resultType(operator, context, [...one.types, ...other.types])] });
}

function resultType(operator: BinaryOperator, { scope }: Context, types: readonly string[]): string {
  if (operator === '&' || types.some((type) => categoryOf(scope.model, type) === 'text')) return 'System.String';
  const decimal = operator === '/' || types.some((type) => type === 'decimal' || type === 'System.Decimal');
  return decimal ? 'System.Decimal' : 'System.Integer';
}

function onlyItem(flow: Flow, code: Code): Item {
  const [item, ...others] = onlyItems(flow, code);
  if (item === undefined) return { value: 'undefined', types: ['System.Integer'] };
  if (others.length > 0) throw new NotCompilable('an operand may have several types');
  return item;
}

/** `-x`. */
export function negative(operand: Expression, context: Context, code: Code): Flow {
  const item = onlyItem(context.scope.flow(operand, context, code), code);
  return single({ value: code.keep(`${context.scope.runtime('minus')}(0,${item.value})`), types: item.types });
}

/** `count()`. */
export function count(call: Call, context: Context, code: Code): Flow {
  return single({ value: counted(inputOf(call, context, code), code), types: ['System.Integer'], present: true });
}

function counted(flow: Flow, code: Code): string {
  if (flow.array !== undefined) return `(${flow.array}?.length??0)`;
  if (flow.items !== undefined) return `(${flow.items.map((item) => `(${presence(item)}?1:0)`).join('+') || '0'})`;
  const total = code.name('n');
  code.write(`let ${total}=0;`);
  flow.each(code, (_, inside) => inside.write(`${total}++;`));
  return total;
}

type Conversion = readonly [runtime: string, type: string];

/** By name: the function that does it at run time, and the type of the result. */
const conversions: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['toInteger', ['toInteger', 'System.Integer']],
  ['toDecimal', ['toDecimal', 'System.Decimal']],
  ['toBoolean', ['toBoolean', 'System.Boolean']],
  ['toDate', ['toDate', 'System.Date']],
  ['toDateTime', ['toDateTime', 'System.DateTime']],
  ['toTime', ['toTime', 'System.Time']],
  ['toString', ['toText', 'System.String']],
  ['abs', ['abs', 'System.Decimal']],
  ['ceiling', ['ceiling', 'System.Integer']],
  ['floor', ['floor', 'System.Integer']],
  ['truncate', ['truncate', 'System.Integer']],
  ['round', ['round', 'System.Decimal']],
  ['sqrt', ['sqrt', 'System.Decimal']],
]);

/** Functions from one value to another; empty where the value is not of a fitting kind. */
export const valueFunctions: ReadonlySet<string> = new Set(conversions.keys());

export function valueFunction(call: Call, context: Context, code: Code): Flow {
  const [name, type]: Conversion = conversions.get(call.name) ?? ['', ''];
  const { scope } = context;
  const args = call.args.map((arg) => onlyItem(scope.flow(arg, context, code), code).value);
  const inputs = onlyItems(inputOf(call, context, code), code);
  return single(
    ...inputs
      .filter(({ types }) => types.some((one) => categoryOf(scope.model, one) !== 'object'))
      .map((item) => ({
        value: code.keep(`${scope.runtime(name)}(${[item.value, ...args].join(',')})`),
        types: [type],
      })),
  );
}
