import type { FhirPackage, StructureDefinition } from '../../compiler/package/definitions.ts';

/** A small profile of Observation in the form that a package has it: only what the compiler reads. */
export function smallPackage(): FhirPackage {
  return { name: 'small.test', version: '1.0.0', structures: [levelProfile()], valueSets: [], codeSystems: [] };
}

const fhir = (name: string) => `http://hl7.org/fhir/StructureDefinition/${name}`;

/** An Observation with an id, a category sliced by pattern, a code and a value that must be an integer. */
export function levelProfile(more: Partial<StructureDefinition> = {}): StructureDefinition {
  const element = (path: string, min: number, max: string, type: string, rest: object = {}) => ({
    id: path,
    path,
    min,
    max,
    base: { path, min: 0, max: max === '0' ? '1' : max },
    type: [{ code: type }],
    ...rest,
  });
  const survey = { coding: [{ system: 'http://codes.test', code: 'level' }] };
  return {
    resourceType: 'StructureDefinition',
    url: 'http://small.test/StructureDefinition/level',
    version: '1.0.0',
    name: 'Level',
    kind: 'resource',
    type: 'Observation',
    baseDefinition: fhir('Observation'),
    derivation: 'constraint',
    snapshot: {
      element: [
        { id: 'Observation', path: 'Observation', min: 0, max: '*' },
        element('Observation.id', 0, '1', 'http://hl7.org/fhirpath/System.String', {
          base: { path: 'Resource.id', min: 0, max: '1' },
        }),
        element('Observation.meta', 0, '1', 'Meta'),
        element('Observation.category', 1, '*', 'CodeableConcept', {
          slicing: { discriminator: [{ type: 'pattern', path: '$this' }], rules: 'open' },
        }),
        {
          ...element('Observation.category', 1, '1', 'CodeableConcept', { patternCodeableConcept: survey }),
          id: 'Observation.category:level',
          sliceName: 'level',
          base: { path: 'Observation.category', min: 0, max: '*' },
        },
        element('Observation.status', 1, '1', 'code', { fixedCode: 'final' }),
        element('Observation.code', 1, '1', 'CodeableConcept'),
        element('Observation.value[x]', 1, '1', 'integer', { minValueInteger: 0, maxValueInteger: 10 }),
        element('Observation.note', 0, '0', 'Annotation'),
      ],
    },
    ...more,
  };
}
