import type { Code } from './code.ts';

const operand = /^[\w$.]+$/;
const negation = /^![\w$.]+$/;
/** A property or name compared with another or with a literal. */
const comparison = /^[\w$.?]+(?:[!=]==?)(?:[\w$.?]+|"[^"]*")$/;
const opposites: Readonly<Record<string, string>> = { '===': '!==', '!==': '===', '==': '!=', '!=': '==' };

/** JavaScript conditions, simplified where a side is known. */
export function not(condition: string): string {
  if (condition === 'true') return 'false';
  if (condition === 'false') return 'true';
  if (negation.test(condition)) return condition.slice(1);
  if (comparison.test(condition)) return condition.replace(/[!=]==?/, (sign) => opposites[sign] ?? sign);
  return operand.test(condition) ? `!${condition}` : `!(${condition})`;
}

export function and(...conditions: readonly string[]): string {
  return joined('&&', 'true', 'false', conditions);
}

export function or(...conditions: readonly string[]): string {
  return joined('||', 'false', 'true', conditions);
}

function joined(operator: string, neutral: string, final: string, conditions: readonly string[]): string {
  const telling = [...new Set(conditions.filter((condition) => condition !== neutral))];
  if (telling.includes(final)) return final;
  if (telling.length === 0) return neutral;
  return telling.length === 1 ? (telling[0] ?? neutral) : `(${telling.join(operator)})`;
}

export type Condition = (code: Code) => string;

/** Both hold; what the second needs is computed only where the first holds. */
export function both(code: Code, first: Condition, second: Condition): string {
  return shortCircuit(code, first, second, and, (done) => done);
}

/** Either holds; what the second needs is computed only where the first does not. */
export function either(code: Code, first: Condition, second: Condition): string {
  return shortCircuit(code, first, second, or, not);
}

function shortCircuit(
  code: Code,
  first: Condition,
  second: Condition,
  join: (...conditions: string[]) => string,
  goOn: (first: string) => string,
): string {
  const left = first(code);
  if (goOn(left) === 'false') return left;
  const rest = code.piece();
  const right = second(rest);
  if (rest.text === '') return join(left, right);
  if (goOn(left) === 'true') {
    code.write(rest.text);
    return right;
  }
  const result = code.name('is');
  code.write(`let ${result}=${left};if(${goOn(result)}){${rest.text}${result}=${right};}`);
  return result;
}
