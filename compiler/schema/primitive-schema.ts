import type { Invariant, PrimitiveSchema } from './schema-document.ts';

/** The JSON kind of a FHIR primitive; its exact form is a `format` of the same name. */
export function primitiveSchema(type: string, invariants: readonly Invariant[]): PrimitiveSchema {
  const rules = invariants.length > 0 ? { invariants } : {};
  switch (type) {
    case 'boolean':
      return { type: 'boolean', ...rules };
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
      return { type: 'integer', format: type, ...rules };
    case 'decimal':
      return { type: 'number', format: type, ...rules };
    default:
      return { type: 'string', format: type, ...rules };
  }
}
