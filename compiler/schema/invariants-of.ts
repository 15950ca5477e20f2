import { codedElsewhere } from '../fhirpath/expression-fixes.ts';
import type { ElementDefinition } from '../package/definitions.ts';
import type { Invariant } from './schema-document.ts';

/** The invariants of an element that are judged by their FHIRPath, as they are published; what is coded elsewhere is left out. */
export function invariantsOf({ constraint = [] }: ElementDefinition): Invariant[] {
  return constraint.flatMap(({ key, severity, human, expression }) =>
    expression === undefined || key in codedElsewhere ? [] : [{ key, severity, human, expression }],
  );
}
