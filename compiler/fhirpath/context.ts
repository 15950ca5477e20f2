import type { Expression } from './ast.ts';
import type { Code } from './code.ts';
import type { Flow } from './flow.ts';
import type { TypeModel } from './type-model.ts';

/** What an expression cannot be turned into code for. Ends as "not checked", never as an error of the resource. */
export class NotCompilable extends Error {
  override readonly name = 'NotCompilable';
}

/** Conditions that a truth value is true, and that it is false; where neither holds, it is empty. */
export interface Answers {
  readonly yes: string;
  readonly no: string;
}

/**
 * A truth value with three states (N1, 6.5). The functions write code and give conditions. `both` computes the operands once: who needs
 * both answers must not ask for each, or the code doubles with every operator inside of another.
 */
export interface Truth {
  readonly isTrue: (code: Code) => string;
  readonly isFalse: (code: Code) => string;
  readonly both: (code: Code) => Answers;
  /** Never empty. */
  readonly definite: boolean;
}

/** Checks that only the caller can provide: each gives the name of a function from an element to a boolean, or nothing. */
export interface Providers {
  readonly memberOf?: (valueSet: string, types: readonly string[]) => string | undefined;
  readonly conformsTo?: (profile: string, types: readonly string[]) => string | undefined;
  readonly htmlChecks?: () => string | undefined;
}

/** What is the same for the whole expression. */
export interface Scope {
  readonly model: TypeModel;
  readonly providers: Providers;
  /** JavaScript name of the surroundings (`InvariantEnvironment`). */
  readonly environment: string;
  /** `%resource`, `%rootResource`, `%context`. */
  readonly variables: ReadonlyMap<string, Flow>;
  /** Names a function of `domain/validation/invariants`. */
  readonly runtime: (name: string) => string;
  /** An expression for a value that need be made once only. */
  readonly constant: (initialiser: string) => string;
  readonly flow: (expression: Expression, context: Context, code: Code) => Flow;
  readonly truth: (expression: Expression, context: Context) => Truth;
}

/** Where an expression stands: `focus` is `$this`. */
export interface Context {
  readonly scope: Scope;
  readonly focus: Flow;
  /** JavaScript expression of `$index`. */
  readonly index?: string;
}

/** A call with what stands before its dot. */
export interface Call {
  readonly of?: Expression | undefined;
  readonly name: string;
  readonly args: readonly Expression[];
}

/** The collection that a function is applied to. */
export function inputOf({ of }: { readonly of?: Expression | undefined }, context: Context, code: Code): Flow {
  return of === undefined ? context.focus : context.scope.flow(of, context, code);
}

/** The one argument of a function. @throws NotCompilable where there is none. */
export function argument({ name, args }: Call, at = 0): Expression {
  const found = args[at];
  if (found === undefined) throw new NotCompilable(`${name}() lacks an argument`);
  return found;
}

/** The text of an argument that must be a literal. */
export function literalText(call: Call, at = 0): string {
  const found = argument(call, at);
  if (found.kind !== 'literal' || typeof found.value !== 'string')
    throw new NotCompilable(`the argument of ${call.name}() is not a literal`);
  return found.value;
}
