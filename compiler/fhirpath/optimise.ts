import type { Expression } from './ast.ts';

/**
 * Rewrites an expression into an equal one that needs fewer collections: what asks only whether something is there needs no list of it.
 * `trace()` vanishes: a rule has no output.
 */
export function optimise(expression: Expression): Expression {
  const inner = withOptimisedParts(expression);
  const better = rewrite(inner);
  return better === undefined ? inner : optimise(better);
}

function withOptimisedParts(expression: Expression): Expression {
  const of = 'of' in expression && expression.of !== undefined ? { of: optimise(expression.of) } : {};
  if (expression.kind === 'member' || expression.kind === 'type') return { ...expression, ...of };
  if (expression.kind === 'call') return { ...expression, ...of, args: expression.args.map(optimise) };
  if (expression.kind === 'indexer') return { ...expression, of: optimise(expression.of), at: optimise(expression.at) };
  if (expression.kind === 'sign') return { ...expression, operand: optimise(expression.operand) };
  if (expression.kind === 'binary')
    return { ...expression, left: optimise(expression.left), right: optimise(expression.right) };
  return expression;
}

function rewrite(expression: Expression): Expression | undefined {
  if (expression.kind === 'call') return rewriteCall(expression);
  if (expression.kind !== 'binary') return undefined;
  const { operator, left, right } = expression;
  if (operator === 'in' && right.kind === 'binary' && right.operator === '|')
    return binary('or', { ...expression, right: right.left }, { ...expression, right: right.right });
  if (operator === 'in' && right.kind === 'literal') return { ...expression, operator: '=' };
  if (operator === 'contains' && right.kind === 'literal')
    return { ...expression, operator: 'in', left: right, right: left };
  if (operator === '>' && isCount(left) && right.kind === 'literal' && right.value === 0)
    return { ...left, name: 'exists', args: [] };
  return undefined;
}

type CallExpression = Extract<Expression, { kind: 'call' }>;

function isCount(expression: Expression): expression is CallExpression {
  return expression.kind === 'call' && expression.name === 'count' && expression.args.length === 0;
}

function rewriteCall({ of, name, args }: CallExpression): Expression | undefined {
  const [first] = args;
  switch (name) {
    case 'trace':
      return of ?? { kind: 'this' };
    case 'empty':
      return call(call(of, 'exists'), 'not');
    case 'not':
      return of?.kind === 'call' && of.name === 'not' && of.of !== undefined && isAsked(of.of) ? of.of : undefined;
    case 'exists':
    case 'all':
      return rewriteQuantifier(of, name, first);
    case 'allTrue':
      return rewriteAllTrue(of);
    default:
      return name.startsWith('convertsTo') ? call(call(of, name.replace('convertsTo', 'to')), 'exists') : undefined;
  }
}

/** Questions that always have an answer: for them, not(not(x)) is x. */
function isAsked(expression: Expression): boolean {
  return expression.kind === 'call' && (expression.name === 'exists' || expression.name === 'all');
}

function rewriteQuantifier(
  of: Expression | undefined,
  name: 'exists' | 'all',
  criteria?: Expression,
): Expression | undefined {
  if (isUnion(of)) {
    const args = criteria === undefined ? [] : [criteria];
    return binary(name === 'exists' ? 'or' : 'and', call(of.left, name, args), call(of.right, name, args));
  }
  if (of === undefined) return undefined;
  if (
    name === 'exists' &&
    criteria === undefined &&
    of.kind === 'call' &&
    of.name === 'where' &&
    of.args[0] !== undefined
  )
    return call(of.of, 'exists', [of.args[0]]);
  const apart = distributed(of);
  return apart === undefined ? undefined : call(apart, name, criteria === undefined ? [] : [criteria]);
}

function rewriteAllTrue(of: Expression | undefined): Expression | undefined {
  const union = isUnion(of) ? of : of === undefined ? undefined : distributed(of);
  return union === undefined ? undefined : binary('and', call(union.left, 'allTrue'), call(union.right, 'allTrue'));
}

/** `(a | b).name` as `a.name | b.name`: the same items, though perhaps twice; good enough for a quantifier. */
function distributed(expression: Expression): Union | undefined {
  if (expression.kind === 'member' && isUnion(expression.of))
    return {
      ...expression.of,
      left: { ...expression, of: expression.of.left },
      right: { ...expression, of: expression.of.right },
    };
  if (
    expression.kind === 'call' &&
    isUnion(expression.of) &&
    (expression.name === 'where' || expression.name === 'select')
  )
    return {
      ...expression.of,
      left: { ...expression, of: expression.of.left },
      right: { ...expression, of: expression.of.right },
    };
  const inner = 'of' in expression && expression.of !== undefined ? distributed(expression.of) : undefined;
  return inner === undefined || !('of' in expression) ? undefined : distributed({ ...expression, of: inner });
}

type Union = Extract<Expression, { kind: 'binary' }>;

function isUnion(expression: Expression | undefined): expression is Union {
  return expression?.kind === 'binary' && expression.operator === '|';
}

function call(of: Expression | undefined, name: string, args: readonly Expression[] = []): Expression {
  return { kind: 'call', ...(of !== undefined && { of }), name, args };
}

function binary(operator: 'and' | 'or', left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right };
}
