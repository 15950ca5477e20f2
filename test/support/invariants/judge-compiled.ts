import {
  compileInvariant,
  type CompiledInvariant,
  type InvariantSource,
} from '../../../compiler/fhirpath/compile-invariant.ts';
import * as collections from '../../../domain/validation/invariants/collections.ts';
import * as compareDates from '../../../domain/validation/invariants/compare-dates.ts';
import * as conversions from '../../../domain/validation/invariants/conversions.ts';
import * as dateArithmetic from '../../../domain/validation/invariants/date-arithmetic.ts';
import * as deepEqual from '../../../domain/validation/invariants/deep-equal.ts';
import type { InvariantEnvironment } from '../../../domain/validation/invariants/environment.ts';
import * as linearRegex from '../../../domain/validation/invariants/linear-regex.ts';
import * as numbers from '../../../domain/validation/invariants/numbers.ts';
import * as quantities from '../../../domain/validation/invariants/quantities.ts';
import * as resolve from '../../../domain/validation/invariants/resolve.ts';
import * as text from '../../../domain/validation/invariants/text.ts';
import * as tree from '../../../domain/validation/invariants/tree.ts';

type Judge = (node: unknown, sibling: unknown, env: InvariantEnvironment) => unknown;

const runtime: Readonly<Record<string, unknown>> = {
  ...collections,
  ...compareDates,
  ...conversions,
  ...dateArithmetic,
  ...deepEqual,
  ...linearRegex,
  ...numbers,
  ...quantities,
  ...resolve,
  ...text,
  ...tree,
};

/** The compiled invariant as a function; `undefined` where it cannot be compiled. */
export function judgeOf(source: InvariantSource): Judge | undefined {
  const compiled = compileInvariant(source);
  return compiled.kind === 'compiled' ? runnable(compiled) : undefined;
}

/** Makes a function of compiled code, with the functions of the run time at hand. */
function runnable({ source, uses }: Extract<CompiledInvariant, { kind: 'compiled' }>): Judge {
  // oxlint-disable-next-line no-implied-eval -- generated code is what is tested
  const make = new Function(...uses, `return (node,sibling,env)=>{${source}}`) as (...args: unknown[]) => Judge;
  return make(...uses.map((name) => runtime[name]));
}
