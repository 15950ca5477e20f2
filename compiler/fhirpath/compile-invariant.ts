import { Code } from './code.ts';
import { compileFlow, compileTruth } from './compile-expression.ts';
import { type Context, NotCompilable, type Providers, type Scope } from './context.ts';
import { type Item, single } from './flow.ts';
import { optimise } from './optimise.ts';
import { parse } from './parse.ts';
import { FhirPathSyntaxError } from './tokenize.ts';
import type { TypeModel } from './type-model.ts';

export interface InvariantSource {
  /** FHIRPath, already with the reference validator's corrections (`fixExpression`). */
  readonly expression: string;
  /** Type of the element that it stands on: `Patient`, `Patient.contact`, `Quantity`, `dateTime`. */
  readonly contextType: string;
  readonly typeModel: TypeModel;
  /** Type of the resource that holds the element, where it is known. */
  readonly resourceType?: string;
  /** JavaScript names of the element, of the object beside a primitive (`_name`), and of the `InvariantEnvironment`. */
  readonly names?: { readonly node: string; readonly sibling: string; readonly environment: string };
  readonly providers?: Providers;
  /** Puts a value that need be made once only (a regular expression) elsewhere, and names it. Default: where it is used. */
  readonly constant?: (initialiser: string) => string;
}

export type CompiledInvariant =
  | {
      readonly kind: 'compiled';
      /** Body of a function of node, sibling and environment: `return` of true where the rule is kept. */
      readonly source: string;
      /** The same in two parts, for a caller that joins several rules: statements, then a condition. */
      readonly statements: string;
      readonly condition: string;
      /** Functions of `domain/validation/invariants` that it calls. */
      readonly uses: readonly string[];
    }
  | { readonly kind: 'not-compilable'; readonly reason: string };

const defaultNames = { node: 'node', sibling: 'sibling', environment: 'env' };

/**
 * Turns an invariant into JavaScript. An empty result counts as false, as the reference validator has it. The code throws for no JSON
 * value whatever, and names none but its own, those in `names`, and `uses`.
 */
export function compileInvariant(source: InvariantSource): CompiledInvariant {
  try {
    const uses = new Set<string>();
    const expression = optimise(parse(source.expression));
    const code = new Code();
    const context = contextOf(source, uses);
    const condition = compileTruth(expression, context).isTrue(code);
    return {
      kind: 'compiled',
      source: `${code.text}return ${condition};`,
      statements: code.text,
      condition,
      uses: [...uses].toSorted(),
    };
  } catch (error) {
    if (error instanceof NotCompilable || error instanceof FhirPathSyntaxError)
      return { kind: 'not-compilable', reason: error.message };
    throw error;
  }
}

function contextOf(source: InvariantSource, uses: Set<string>): Context {
  const { contextType, typeModel, providers = {}, constant = (initialiser) => `(${initialiser})` } = source;
  const { node, sibling, environment } = source.names ?? defaultNames;
  const kind = typeModel.kindOf(contextType);
  if (kind === undefined) throw new NotCompilable(`the type ${contextType} is not known`);
  const root: Item =
    kind === 'primitive'
      ? { value: node, sibling, types: [contextType], present: true }
      : { value: node, types: [contextType], present: true, sure: true };
  const resourceType = source.resourceType ?? contextType.split('.')[0] ?? '';
  const known = typeModel.kindOf(resourceType) === 'resource' ? resourceType : 'DomainResource';
  const resource = (name: string, type: string): Item => ({
    value: `${environment}.${name}`,
    types: [type],
    sure: true,
  });
  const scope: Scope = {
    model: typeModel,
    providers,
    environment,
    variables: new Map([
      ['resource', single(resource('resource', known))],
      ['rootResource', single(resource('rootResource', 'DomainResource'))],
      ['context', single(root)],
    ]),
    runtime: (name) => {
      uses.add(name);
      return name;
    },
    constant,
    flow: compileFlow,
    truth: compileTruth,
  };
  return { scope, focus: single(root) };
}
