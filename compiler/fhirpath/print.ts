import type { Expression, Literal } from './ast.ts';

/** Writes an expression as FHIRPath, with every operation in parentheses, so that reading it gives the same expression again. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'empty':
      return '{}';
    case 'this':
    case 'index':
    case 'total':
      return `$${expression.kind}`;
    case 'variable':
      return `%\`${escaped(expression.name, '`')}\``;
    case 'member':
      return `${before(expression.of)}\`${escaped(expression.name, '`')}\``;
    case 'call':
      return `${before(expression.of)}${expression.name}(${expression.args.map(print).join(', ')})`;
    case 'type': {
      const { namespace, name } = expression.type;
      const type = namespace === undefined ? `\`${name}\`` : `\`${namespace}\`.\`${name}\``;
      return `${before(expression.of)}${expression.operator}(${type})`;
    }
    case 'indexer':
      return `${print(expression.of)}[${print(expression.at)}]`;
    case 'sign':
      return `(${expression.operator}${print(expression.operand)})`;
    case 'binary':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
  }
}

function before(of: Expression | undefined): string {
  return of === undefined ? '' : `${print(of)}.`;
}

function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'string':
      return `'${escaped(literal.value, "'")}'`;
    case 'boolean':
      return String(literal.value);
    case 'number':
      return literal.text;
    case 'quantity':
      return `${literal.text} '${escaped(literal.unit, "'")}'`;
    case 'time':
      return `@T${literal.value}`;
    case 'date':
    case 'dateTime':
      return `@${literal.value}`;
  }
}

function escaped(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll(/[\n\r\t\f]/g, (char) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' })[char] ?? char);
}
