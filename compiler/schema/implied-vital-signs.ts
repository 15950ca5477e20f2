import type { PropertySchema, SchemaDocument, ValueSchema } from './schema-document.ts';

const vitalSigns = 'http://hl7.org/fhir/StructureDefinition/vitalsigns';

/**
 * The base profile of vital signs for Observations that do not claim it but have such a code. The unit of a component should be one
 * of the common ones and need not be: R4 demanded it at first (flow rates of oxygen have another), and the reference validator applies
 * the correction where the profile is only implied.
 */
export function impliedVitalSigns(document: SchemaDocument): SchemaDocument | undefined {
  const component = document.$defs?.['Observation.component'];
  if (document.$id !== vitalSigns || component === undefined) return undefined;
  const properties = Object.fromEntries(
    Object.entries(component.properties).map(([name, rule]) => [
      name,
      name.startsWith('value') ? shouldBe(rule) : rule,
    ]),
  );
  return {
    ...document,
    $id: `${vitalSigns}-implied`,
    title: 'Vital signs, implied by a code',
    $defs: { ...document.$defs, 'Observation.component': { ...component, properties } },
  };
}

function shouldBe(rule: PropertySchema): PropertySchema {
  const { binding } = rule as ValueSchema;
  return binding === undefined ? rule : { ...(rule as ValueSchema), binding: { ...binding, strength: 'extensible' } };
}
