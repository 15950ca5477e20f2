import type { TypeModel } from '../../../compiler/fhirpath/type-model.ts';
import type { Constraint, Definition } from './definitions.ts';

/** An invariant and the type of the elements that it stands on. */
export interface PlacedInvariant extends Constraint {
  readonly contextType: string;
}

/** Every invariant of the definitions, once for each expression and type of element that it stands on. */
export function placedInvariants(definitions: readonly Definition[], model: TypeModel): readonly PlacedInvariant[] {
  const found = new Map<string, PlacedInvariant>();
  for (const { snapshot } of definitions)
    for (const element of snapshot?.element ?? [])
      for (const { key, severity, expression } of element.constraint ?? []) {
        if (expression === undefined) continue;
        for (const contextType of typesAt(element.path, model)) {
          const name = `${contextType} ${severity} ${expression}`;
          found.set(name, found.get(name) ?? { key, severity, expression, contextType });
        }
      }
  return [...found.values()];
}

/** The types that an element may have by its path, whatever the definition: `Observation.value[x]` has eleven. */
function typesAt(path: string, model: TypeModel): readonly string[] {
  const [first = '', ...steps] = path.split('.');
  return steps.reduce<readonly string[]>(
    (types, step) =>
      types.flatMap(
        (type) => model.element(type, step.replace('[x]', ''))?.properties.map((property) => property.type) ?? [],
      ),
    [first],
  );
}
