import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';

import { codedElsewhere, fixExpression } from '../../../compiler/fhirpath/expression-fixes.ts';
import type { TypeModel } from '../../../compiler/fhirpath/type-model.ts';
import { elementsOf, type PlacedElement } from './elements-of.ts';
import { judgeOf } from './judge-compiled.ts';
import { mutateElement } from './mutate-element.ts';
import type { PlacedInvariant } from './placed-invariants.ts';

type Environment = { readonly resource: unknown; readonly rootResource: unknown };

interface Judge extends PlacedInvariant {
  readonly ours: (node: unknown, environment: Environment) => unknown;
  readonly theirs: (node: unknown, environment: Environment) => unknown;
}

/** A judgement in which the two differ. */
export interface Difference {
  readonly key: string;
  readonly contextType: string;
  readonly expression: string;
  readonly element: unknown;
  readonly ours: unknown;
}

export interface Comparison {
  readonly compiled: number;
  readonly notCompilable: readonly PlacedInvariant[];
  compared: number;
  agreeing: number;
  readonly explained: Map<string, number>;
  readonly differences: Difference[];
}

/** Where we differ from fhirpath.js on purpose: which cases, and why. */
const onPurpose: readonly { readonly reason: string; readonly holds: (difference: Difference) => boolean }[] = [
  {
    reason:
      'A text function on an element that has only extensions: fhirpath.js has no answer, the reference validator (and we) say "no".',
    holds: ({ expression, element, ours }) =>
      ours === true &&
      /startsWith|contains\(|matches/.test(expression) &&
      Object.keys(element as object).some((name) => name.startsWith('_')),
  },
  {
    reason:
      'Quantities are compared where their units are written the same, as in the reference validator, whatever their codes and systems.',
    holds: ({ key }) => key === 'rng-2',
  },
  {
    reason:
      'An operand of "or" with several items: fhirpath.js throws, the reference validator does not look at it once another operand is true.',
    holds: ({ key, ours }) => key === 'us-core-13' && ours === true,
  },
];

/**
 * Judges elements of the examples, as they are and changed, by the compiled invariants and by fhirpath.js. A rule that fhirpath.js
 * cannot evaluate counts as broken, as with the reference validator.
 */
export function compareWithFhirpath(
  examples: readonly Record<string, unknown>[],
  invariants: readonly PlacedInvariant[],
  options: { readonly model: TypeModel; readonly random: () => number; readonly rounds: number },
): Comparison {
  const judges = new Map<string, Judge[]>();
  const notCompilable: PlacedInvariant[] = [];
  for (const invariant of invariants) {
    const judge = judgeFor(invariant, options.model);
    if (judge === undefined) notCompilable.push(invariant);
    else judges.set(invariant.contextType, [...(judges.get(invariant.contextType) ?? []), judge]);
  }
  const compiled = invariants.length - notCompilable.length;
  const comparison: Comparison = {
    compiled,
    notCompilable,
    compared: 0,
    agreeing: 0,
    explained: new Map(),
    differences: [],
  };
  for (const example of examples)
    for (const element of elementsOf(example, options.model)) {
      const own = judges.get(element.type);
      if (own === undefined || !canBeCompared(element)) continue;
      for (let round = 0; round <= options.rounds; round += 1) {
        const value = structuredClone(element.value);
        for (let change = 0; change < round && isObject(value); change += 1)
          mutateElement(value, element.type, options.model, options.random);
        const resource = element.type === example['resourceType'] ? value : example;
        for (const judge of own) compare(comparison, judge, value, { resource, rootResource: resource });
        if (!isObject(value)) break;
      }
    }
  return comparison;
}

/** fhirpath.js takes neither a bare number nor a primitive with extensions as the base of an expression. */
function canBeCompared({ type, value, sibling }: PlacedElement): boolean {
  if (isObject(value)) return JSON.stringify(value).length < 20_000;
  return typeof value === 'string' && sibling === undefined && type !== 'xhtml';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function judgeFor(invariant: PlacedInvariant, typeModel: TypeModel): Judge | undefined {
  const { key, contextType } = invariant;
  const expression = fixExpression(key, invariant.expression);
  const ours = judgeOf({ expression, contextType, typeModel });
  if (ours === undefined) return undefined;
  const evaluate = fhirpath.compile({ base: contextType, expression }, r4, {
    traceFn: () => {},
    // Nothing is at hand in these comparisons: a reference leads nowhere.
    userInvocationTable: { resolve: { fn: () => [], arity: { 0: [] } } },
  });
  return {
    ...invariant,
    ours: (node, environment) => ours(node, undefined, environment),
    theirs: (node, environment) => {
      try {
        const result: unknown = evaluate(structuredClone(node), environment);
        return Array.isArray(result) && result.length === 1 && result[0] === true;
      } catch {
        return false;
      }
    },
  };
}

function compare(comparison: Comparison, judge: Judge, element: unknown, environment: Environment): void {
  const { key, contextType, expression } = judge;
  const [ours, theirs] = [judge.ours(element, environment), judge.theirs(element, environment)];
  comparison.compared += 1;
  if (ours === theirs) {
    comparison.agreeing += 1;
    return;
  }
  const difference = { key, contextType, expression, element, ours };
  const reason = onPurpose.find(({ holds }) => holds(difference))?.reason;
  if (reason === undefined) comparison.differences.push(difference);
  else comparison.explained.set(reason, (comparison.explained.get(reason) ?? 0) + 1);
}

/** Rules that we judge by code of their own, not by their FHIRPath. */
export function isCodedElsewhere({ key }: { readonly key: string }): boolean {
  return Object.hasOwn(codedElsewhere, key);
}
