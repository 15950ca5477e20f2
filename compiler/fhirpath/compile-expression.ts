import type { BinaryOperator, Expression, Literal } from './ast.ts';
import type { Code } from './code.ts';
import { collectionFunctions, indexed, union } from './collections.ts';
import { argument, type Call, type Context, inputOf, NotCompilable, type Truth } from './context.ts';
import { elementTests, extensionsOf, resolved } from './element-functions.ts';
import { equality, equivalence, membership } from './equality.ts';
import { type Flow, type Item, none, single } from './flow.ts';
import { navigate } from './navigate.ts';
import { arithmetic, count, negative, valueFunction, valueFunctions } from './numbers.ts';
import { ordering } from './ordering.ts';
import { quantifiers } from './quantifiers.ts';
import { joined, textFunction, textFunctions, textTests } from './text-functions.ts';
import { answered, conditional, conjunction, definite, disjunction, exclusive, negated, truthOfFlow } from './truth.ts';
import { isOfType, takeType } from './type-operators.ts';

const tests = { ...quantifiers, ...textTests, ...elementTests };

/** Compiles an expression where a truth value is wanted. */
export function compileTruth(expression: Expression, context: Context): Truth {
  if (expression.kind === 'call' && expression.name === 'iif') return iifTruth(expression, context);
  return ownTruth(expression, context) ?? truthOfFlow(context.scope, (code) => compileFlow(expression, context, code));
}

/** Compiles an expression where a collection is wanted. */
export function compileFlow(expression: Expression, context: Context, code: Code): Flow {
  const truth = ownTruth(expression, context);
  if (truth !== undefined) return single(booleanItem(truth, code));
  switch (expression.kind) {
    case 'literal':
      return literalFlow(expression, context);
    case 'empty':
      return none;
    case 'this':
      return context.focus;
    case 'index':
    case 'total':
      if (expression.kind === 'index' && context.index !== undefined)
        return single({ value: context.index, types: ['System.Integer'], present: true });
      throw new NotCompilable(`$${expression.kind} is not supported`);
    case 'variable':
      return variableFlow(expression.name, context);
    case 'member':
      return memberFlow(expression, context, code);
    case 'type':
      return takeType(expression, context, code);
    case 'indexer':
      return indexed(compileFlow(expression.of, context, code), expression.at, context, code);
    case 'sign':
      return expression.operator === '-'
        ? negative(expression.operand, context, code)
        : compileFlow(expression.operand, context, code);
    case 'binary':
      return expression.operator === '|'
        ? union(expression.left, expression.right, context, code)
        : arithmetic(expression.operator, expression.left, expression.right, context, code);
    case 'call':
      return callFlow({ of: expression.of, name: expression.name, args: expression.args }, context, code);
  }
}

/** The truth value of an expression that is one by its form. */
function ownTruth(expression: Expression, context: Context): Truth | undefined {
  if (expression.kind === 'literal')
    return expression.type === 'boolean' ? definite(() => String(expression.value)) : undefined;
  if (expression.kind === 'type') return expression.operator === 'is' ? isOfType(expression, context) : undefined;
  if (expression.kind === 'binary') return binaryTests[expression.operator]?.(expression, context);
  if (expression.kind !== 'call') return undefined;
  const call = { of: expression.of, name: expression.name, args: expression.args };
  if (call.name === 'not') return negated(compileTruth(call.of ?? { kind: 'this' }, context));
  return Object.hasOwn(tests, call.name) ? tests[call.name]?.(call, context) : undefined;
}

function iifTruth(call: Extract<Expression, { kind: 'call' }>, context: Context): Truth {
  const [asked, yes, no] = [0, 1, 2].map((at): Truth =>
    answered((code) => {
      const focused = { ...context, focus: inputOf(call, context, code) };
      const expression = at < 2 ? argument(call, at) : (call.args[at] ?? { kind: 'empty' });
      return compileTruth(expression, focused).both(code);
    }),
  ) as [Truth, Truth, Truth];
  return conditional(asked, yes, no);
}

type Binary = Extract<Expression, { kind: 'binary' }>;

const binaryTests: Readonly<Partial<Record<BinaryOperator, (operation: Binary, context: Context) => Truth>>> = {
  and: ({ left, right }, context) => conjunction(compileTruth(left, context), compileTruth(right, context)),
  or: ({ left, right }, context) => disjunction(compileTruth(left, context), compileTruth(right, context)),
  xor: ({ left, right }, context) => exclusive(compileTruth(left, context), compileTruth(right, context)),
  implies: ({ left, right }, context) =>
    disjunction(negated(compileTruth(left, context)), compileTruth(right, context)),
  '=': ({ left, right }, context) => equality(left, right, context),
  '!=': ({ left, right }, context) => negated(equality(left, right, context)),
  '~': ({ left, right }, context) => equivalence(left, right, context),
  '!~': ({ left, right }, context) => negated(equivalence(left, right, context)),
  in: ({ left, right }, context) => membership(left, right, context),
  contains: ({ left, right }, context) => membership(right, left, context),
  '<': ({ operator, left, right }, context) => ordering(operator, left, right, context),
  '<=': ({ operator, left, right }, context) => ordering(operator, left, right, context),
  '>': ({ operator, left, right }, context) => ordering(operator, left, right, context),
  '>=': ({ operator, left, right }, context) => ordering(operator, left, right, context),
};

function booleanItem(truth: Truth, code: Code): Item {
  const types = ['System.Boolean'];
  if (truth.definite) return { value: code.keep(truth.isTrue(code)), types, present: true };
  const { yes, no } = truth.both(code);
  if (yes === 'true' || no === 'true') return { value: yes, types, present: true };
  if (yes === 'false' && no === 'false') return { value: 'undefined', types };
  return { value: code.keep(`(${yes}?true:${no}?false:undefined)`), types };
}

const literalTypes = {
  string: 'String',
  date: 'Date',
  dateTime: 'DateTime',
  time: 'Time',
  boolean: 'Boolean',
} as const;

function literalFlow(literal: Literal, { scope }: Context): Flow {
  if (literal.type === 'quantity') {
    const value = scope.constant(JSON.stringify({ value: literal.value, unit: literal.unit, code: literal.unit }));
    return single({ value, types: ['System.Quantity'], present: true, sure: true });
  }
  const type =
    literal.type === 'number' ? (literal.text.includes('.') ? 'Decimal' : 'Integer') : literalTypes[literal.type];
  return single({ value: JSON.stringify(literal.value), types: [`System.${type}`], present: true });
}

const texts: ReadonlyMap<string, string> = new Map([
  ['ucum', 'http://unitsofmeasure.org'],
  ['sct', 'http://snomed.info/sct'],
  ['loinc', 'http://loinc.org'],
]);

function variableFlow(name: string, { scope }: Context): Flow {
  const text = texts.get(name) ?? canonical(name);
  if (text !== undefined) return single({ value: JSON.stringify(text), types: ['System.String'], present: true });
  const flow = scope.variables.get(name);
  if (flow === undefined) throw new NotCompilable(`the variable %${name} is not known`);
  return flow;
}

/** `%vs-name` and `%ext-name` (FHIR R4, fhirpath.html#variables). */
function canonical(name: string): string | undefined {
  if (name.startsWith('vs-')) return `http://hl7.org/fhir/ValueSet/${name.slice(3)}`;
  return name.startsWith('ext-') ? `http://hl7.org/fhir/StructureDefinition/${name.slice(4)}` : undefined;
}

function memberFlow({ of, name }: Extract<Expression, { kind: 'member' }>, context: Context, code: Code): Flow {
  const { model } = context.scope;
  if (of !== undefined) return navigate(context.scope, compileFlow(of, context, code), name);
  // At the beginning of a path the name of a type means the focus, where it is of that type.
  if (/^[A-Z]/.test(name) && model.has(name))
    return context.focus.types.some((type) => model.isA(type, name)) ? context.focus : none;
  return navigate(context.scope, context.focus, name);
}

function callFlow(call: Call, context: Context, code: Code): Flow {
  const { name } = call;
  if (Object.hasOwn(collectionFunctions, name)) return collectionFunctions[name]?.(call, context, code) ?? none;
  if (name === 'count') return count(call, context, code);
  if (name === 'join') return joined(call, context, code);
  if (name === 'extension') return extensionsOf(call, context, code);
  if (name === 'resolve') return resolved(call, context, code);
  if (textFunctions.has(name)) return textFunction(call, context, code);
  if (valueFunctions.has(name)) return valueFunction(call, context, code);
  if (name === 'today' || name === 'now')
    return single({
      value: code.keep(`${context.scope.runtime(name)}()`),
      types: [name === 'now' ? 'System.DateTime' : 'System.Date'],
      present: true,
    });
  throw new NotCompilable(`the function ${name}() is not supported`);
}
