import type { ObjectSchema } from '../schema/schema-document.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';

/** How generated code remembers which elements it met: bits for required ones, a variable per choice. */
export interface Presence {
  readonly variables: readonly { readonly name: string; readonly start: string }[];
  readonly bits: ReadonlyMap<string, { readonly variable: string; readonly bit: number }>;
  readonly choices: ReadonlyMap<string, string>;
  /** Code for "this property is there". */
  mark(property: string): string;
}

const bitsPerVariable = 30;

/** Plans the book-keeping for `required`, `requiredElements` and `choices`. */
export function presenceOf(schema: ObjectSchema): Presence {
  const required = [...(schema.required ?? []), ...(schema.requiredElements ?? [])];
  const bits = new Map(
    required.map((name, index) => [
      name,
      { variable: `s${Math.floor(index / bitsPerVariable)}`, bit: 1 << (index % bitsPerVariable) },
    ]),
  );
  const choices = new Map(Object.keys(schema.choices ?? {}).map((name, index) => [name, `c${index}`]));
  const flags = new Set([...bits.values()].map(({ variable }) => variable));
  return {
    variables: [
      ...[...flags].map((name) => ({ name, start: '0' })),
      ...[...choices.values()].map((name) => ({ name, start: "''" })),
    ],
    bits,
    choices,
    mark(property) {
      const plain = property.startsWith('_') && property.slice(1) in schema.properties ? property.slice(1) : property;
      const found = bits.get(plain);
      const choice = Object.entries(schema.choices ?? {}).find(([, { properties }]) => properties.includes(plain))?.[0];
      const variable = choice === undefined ? undefined : choices.get(choice);
      return `${found === undefined ? '' : `${found.variable}|=${found.bit};`}${
        variable === undefined ? '' : `${variable}=${variable}===''||${variable}==='${plain}'?'${plain}':'*';`
      }`;
    },
  };
}

/** `required`, `requiredElements` and `choices`: what must be there, and at most one of a choice. */
export function emitPresence(scope: FunctionScope, schema: ObjectSchema, { bits, choices }: Presence): void {
  if (scope.mode === 'verdict') emitMasks(scope, bits);
  else
    for (const [name, { variable, bit }] of bits)
      scope.within(`p+'.${name}'`, () =>
        scope.fail(`(${variable}&${bit})===0`, { code: 'required', message: 'A required element is missing.' }),
      );
  for (const [name, variable] of choices)
    scope.within(`p+'.${name}'`, () => {
      const several = { code: 'structure', message: 'Only one of the types of a choice may be there.' };
      scope.fail(`${variable}==='*'`, several);
      if (schema.choices?.[name]?.required === true)
        scope.fail(`${variable}===''`, { code: 'required', message: 'A required element is missing.' });
    });
}

function emitMasks(scope: FunctionScope, bits: Presence['bits']): void {
  const masks = new Map<string, number>();
  for (const { variable, bit } of bits.values()) masks.set(variable, (masks.get(variable) ?? 0) | bit);
  for (const [variable, mask] of masks) scope.write(`if(${variable}!==${mask})return false;`);
}
