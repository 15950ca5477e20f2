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
  type Truth,
} from './context.ts';
import { type Flow, type Item, presence, single } from './flow.ts';
import { and, not, or } from './logic.ts';
import { onlyItems } from './loops.ts';
import { navigate } from './navigate.ts';
import { answered, definite } from './truth.ts';

/** FHIR's own functions with a truth value (FHIR R4, fhirpath.html). */
export const elementTests: Readonly<Record<string, (call: Call, context: Context) => Truth>> = {
  hasValue: (call, context) =>
    definite((code) =>
      or(...onlyItems(inputOf(call, context, code), code).map((item) => valuePresence(item, context))),
    ),
  memberOf: (call, context) => {
    const valueSet = literalText(call);
    return provided(call, context, (types) => context.scope.providers.memberOf?.(valueSet, types), valueSet);
  },
  conformsTo: (call, context) => {
    const profile = literalText(call);
    return provided(call, context, (types) => context.scope.providers.conformsTo?.(profile, types), profile);
  },
  htmlChecks: (call, context) => provided(call, context, () => context.scope.providers.htmlChecks?.(), 'narrative'),
};

function valuePresence(item: Item, { scope }: Context): string {
  const categories = new Set(item.types.map((type) => categoryOf(scope.model, type)));
  if (categories.has('unknown')) return and(`${item.value}!=null`, `typeof ${item.value}!=='object'`);
  return categories.has('object') || categories.has('quantity') ? 'false' : `${item.value}!=null`;
}

function provided(
  call: Call,
  context: Context,
  find: (types: readonly string[]) => string | undefined,
  what: string,
): Truth {
  return answered((code) => {
    const answers = onlyItems(inputOf(call, context, code), code).map((item): Answers => {
      const test = find(item.types);
      if (test === undefined) throw new NotCompilable(`${call.name}(${what}) cannot be checked here`);
      const holds = code.keep(and(presence(item), `${test}(${item.value})`));
      return { yes: holds, no: and(presence(item), not(holds)) };
    });
    return { yes: or(...answers.map(({ yes }) => yes)), no: or(...answers.map(({ no }) => no)) };
  });
}

/** `extension(url)`. */
export function extensionsOf(call: Call, context: Context, code: Code): Flow {
  const [url] = onlyItems(context.scope.flow(argument(call), context, code), code);
  if (url === undefined) throw new NotCompilable('extension() lacks a URL');
  const extensions = navigate(context.scope, inputOf(call, context, code), 'extension');
  return {
    many: true,
    types: extensions.types,
    each: (inside, body) => {
      extensions.each(inside, (item, then) =>
        then.when(`${item.value}.url===${url.value}`, (found) => body(item, found)),
      );
    },
  };
}

/** `resolve()`: contained resources and entries of the bundle at hand; what is not at hand gives nothing. */
export function resolved(call: Call, context: Context, code: Code): Flow {
  const { scope } = context;
  const input = inputOf(call, context, code);
  const resource = (item: Item, inside: Code): Item => {
    const reference = item.types.includes('Reference') ? `${item.value}?.reference` : item.value;
    return {
      value: inside.keep(`${scope.runtime('resolve')}(${reference},${scope.environment})`),
      types: ['Resource'],
    };
  };
  if (input.items !== undefined) return single(...input.items.map((item) => resource(item, code)));
  return {
    many: input.many,
    types: ['Resource'],
    each: (inside, body) => {
      input.each(inside, (item, then) => {
        const found = resource(item, then);
        then.when(presence(found), (yes) => body({ ...found, present: true }, yes));
      });
    },
  };
}
