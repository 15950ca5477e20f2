import { codedElsewhere } from '../fhirpath/expression-fixes.ts';
import type { ElementDefinition } from '../package/definitions.ts';
import type { Invariant } from './schema-document.ts';

const bestPractice = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice';

/**
 * The invariants of an element that are judged by their FHIRPath, as they are published; what is coded elsewhere is left out. Those that
 * are marked as best practice are warnings, as the reference validator has them: whether they are enforced is free.
 */
export function invariantsOf({ constraint = [] }: ElementDefinition): Invariant[] {
  return constraint.flatMap(({ key, severity, human, expression, extension = [] }) => {
    if (expression === undefined || key in codedElsewhere) return [];
    const isFree = extension.some(({ url, valueBoolean }) => url === bestPractice && valueBoolean === true);
    return [{ key, severity: isFree ? 'warning' : severity, human, expression }];
  });
}
