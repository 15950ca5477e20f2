import type { ElementDefinition, ElementType } from '../package/definitions.ts';
import { invariantsOf } from './invariants-of.ts';
import type { BindingRule, ValueSchema } from './schema-document.ts';
import { typeUrl } from './type-names.ts';

/** What a value of this type must be at this place. `$ref` is where the type's own rules stand. */
export function valueSchema(definition: ElementDefinition, type: ElementType, code: string, $ref: string): ValueSchema {
  const min = facet(definition, 'minValue');
  const max = facet(definition, 'maxValue');
  const fixed = facet(definition, 'fixed');
  const pattern = facet(definition, 'pattern');
  const binding = bindingOf(definition);
  const invariants = invariantsOf(definition);
  const targets = code === 'Reference' ? type.targetProfile?.filter((url) => url !== typeUrl('Resource')) : undefined;
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  return {
    $ref,
    ...(fixed !== undefined && { const: fixed }),
    ...(pattern !== undefined && { fhirPattern: pattern }),
    ...(definition.maxLength !== undefined && { maxLength: definition.maxLength }),
    ...(Object.keys(bounds).length > 0 && { bounds }),
    ...(binding !== undefined && { binding }),
    ...(targets !== undefined && targets.length > 0 && targets.length === type.targetProfile?.length && { targets }),
    ...(type.profile !== undefined && { profiles: type.profile }),
    ...(invariants.length > 0 && { invariants }),
  };
}

/** Value of `fixed[x]`, `pattern[x]`, `minValue[x]` or `maxValue[x]`. */
export function facet(definition: ElementDefinition, name: string): unknown {
  const key = Object.keys(definition).find((one) => one.startsWith(name) && /^[A-Z]/.test(one.slice(name.length)));
  return key === undefined ? undefined : definition[key];
}

const maxValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';

function bindingOf({ binding }: ElementDefinition): BindingRule | undefined {
  if (binding?.valueSet === undefined) return undefined;
  const outer = binding.extension?.find(({ url }) => url === maxValueSet)?.valueCanonical;
  if (binding.strength === 'required' || binding.strength === 'extensible')
    return {
      strength: binding.strength,
      valueSet: binding.valueSet,
      ...(outer !== undefined && { maxValueSet: outer }),
    };
  return outer === undefined ? undefined : { strength: 'extensible', valueSet: outer, maxValueSet: outer };
}
