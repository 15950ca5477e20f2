import { seededRandom } from '../../../fixtures/seeded-random.ts';
import type { Example } from '../us-core-data.ts';
import { bundleOperators } from './bundle-operators.ts';
import { extensionOperators } from './extension-operators.ts';
import { type JsonObject, type Operator, placesIn } from './mutation.ts';
import { ruleOperators } from './rule-operators.ts';
import { structureOperators } from './structure-operators.ts';
import { textOperators } from './text-operators.ts';
import { typeOperators } from './type-operators.ts';
import { valueOperators } from './value-operators.ts';

/** Every way in which an example is changed, by name. */
const operators: Readonly<Record<string, Operator>> = {
  ...structureOperators,
  ...valueOperators,
  ...ruleOperators,
  ...typeOperators,
  ...extensionOperators,
  ...bundleOperators,
  ...textOperators,
};

/** How a mutant is made: the same recipe over the same example gives the same text. */
export interface Recipe {
  readonly example: string;
  readonly operator: string;
  readonly seed: string;
}

export interface Mutant extends Recipe {
  readonly id: string;
  readonly text: string;
}

/** Larger ones would only make the runs long. */
const longestExample = 25_000;

/** So many mutants of the examples, drawn by the seed. */
export function mutantsOf(examples: readonly Example[], seed: string, count: number): readonly Mutant[] {
  const random = seededRandom(`mutants ${seed}`);
  const small = examples.filter(({ text }) => text.length < longestExample);
  const names = Object.keys(operators);
  const mutants: Mutant[] = [];
  for (let draw = 0; mutants.length < count; draw += 1) {
    const example = random.pick(small);
    const recipe = { example: example.name, operator: random.pick(names), seed: `${seed} ${draw}` };
    const text = mutantText(recipe, example.text);
    if (text !== undefined)
      mutants.push({ ...recipe, id: `${recipe.operator}|${recipe.example}|${recipe.seed}`, text });
  }
  return mutants;
}

/** The text of a mutant; undefined where its operator finds nothing to change in the example. */
export function mutantText({ operator, seed }: Recipe, exampleText: string): string | undefined {
  const resource = JSON.parse(exampleText) as JsonObject;
  const outcome = operators[operator]?.({ resource, places: placesIn(resource), random: seededRandom(seed) });
  if (outcome === 'not-applicable') return undefined;
  return outcome?.text ?? JSON.stringify(resource);
}
