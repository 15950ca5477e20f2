import { categoryOf } from './categories.ts';
import type { Code } from './code.ts';
import {
  type Answers,
  argument,
  type Call,
  type Context,
  inputOf,
  literalText,
  NotCompilable,
  type Scope,
  type Truth,
} from './context.ts';
import { type Flow, type Item, presence, single } from './flow.ts';
import { linearPattern } from './linear-pattern.ts';
import { and, not, or } from './logic.ts';
import { collect, onlyItems } from './loops.ts';
import { answered } from './truth.ts';

/** The items that are text, each kept in a constant. Dates are no text (N1 has no implicit conversion), numbers neither. */
function texts(flow: Flow, scope: Scope, code: Code): Item[] {
  return onlyItems(flow, code)
    .filter(({ types }) => types.some((type) => ['text', 'unknown'].includes(categoryOf(scope.model, type))))
    .map((item) => ({ ...item, value: code.keep(item.value) }));
}

type Test = (text: string, argument: string) => string;

function isText(value: string): string {
  return `typeof ${value}==='string'`;
}

function textTest(test: Test): (call: Call, context: Context) => Truth {
  return (call, context) => {
    const { scope } = context;
    return answered((code) => {
      const inputs = texts(inputOf(call, context, code), scope, code);
      const parts = texts(scope.flow(argument(call), context, code), scope, code);
      const answers = inputs.flatMap((input) =>
        parts.map((part): Answers => {
          const given = part.present === true ? 'true' : isText(part.value);
          const holds = and(isText(input.value), test(input.value, part.value));
          // What is there without a value is no text that begins so, as the reference validator has it.
          return { yes: and(given, holds), no: and(given, presence(input), not(holds)) };
        }),
      );
      return { yes: or(...answers.map(({ yes }) => yes)), no: or(...answers.map(({ no }) => no)) };
    });
  };
}

/** `matches(regex)`: finds the pattern anywhere in the text; `matchesFull` must cover all of it. */
function matches(whole: boolean): (call: Call, context: Context) => Truth {
  return (call, context) => {
    const pattern = linearPattern(literalText(call), whole);
    if (pattern === undefined) throw new NotCompilable('its regular expression cannot be matched in linear time');
    const regex = context.scope.constant(pattern.initialiser(context.scope.runtime));
    const test: Test = (text) => `${regex}.test(${text})`;
    return textTest(test)(call, context);
  };
}

/** Functions from text to a truth value. */
export const textTests: Readonly<Record<string, (call: Call, context: Context) => Truth>> = {
  startsWith: textTest((text, part) => `${text}.startsWith(${part})`),
  endsWith: textTest((text, part) => `${text}.endsWith(${part})`),
  contains: textTest((text, part) => `${text}.includes(${part})`),
  matches: matches(false),
  matchesFull: matches(true),
};

const results: Readonly<Record<string, string>> = {
  length: 'System.Integer',
  indexOf: 'System.Integer',
  toChars: 'System.String',
};

/** Functions from text to a value, done at run time by functions of the same name; empty where the input is no text. */
export const textFunctions: ReadonlySet<string> = new Set([
  'length',
  'indexOf',
  'substring',
  'lower',
  'upper',
  'trim',
  'replace',
]);

export function textFunction(call: Call, context: Context, code: Code): Flow {
  const { scope } = context;
  const args = call.args.map((arg) => {
    const [value, ...others] = onlyItems(scope.flow(arg, context, code), code);
    if (value === undefined || others.length > 0)
      throw new NotCompilable(`an argument of ${call.name}() has several types`);
    return value.value;
  });
  const inputs = texts(inputOf(call, context, code), scope, code);
  const type = results[call.name] ?? 'System.String';
  return single(
    ...inputs.map(({ value }) => ({
      value: code.keep(
        `${scope.runtime(call.name === 'length' ? 'textLength' : call.name)}(${[value, ...args].join(',')})`,
      ),
      types: [type],
    })),
  );
}

/** `join(separator)`: the texts of a collection as one. */
export function joined(call: Call, context: Context, code: Code): Flow {
  const { scope } = context;
  const list = collect(inputOf(call, context, code), code);
  const separator = call.args.map((arg) => onlyItems(scope.flow(arg, context, code), code)[0]?.value ?? 'undefined');
  const value = code.keep(`${scope.runtime('join')}(${[list, ...separator].join(',')})`);
  return single({ value, types: ['System.String'] });
}
