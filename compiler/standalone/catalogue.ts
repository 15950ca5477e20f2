import type { TypeModel } from '../fhirpath/type-model.ts';
import type { SchemaDocument } from '../schema/schema-document.ts';
import type { CodeList } from '../terminology/code-list.ts';

/** Where the function of a document stands. */
export interface Place {
  /** File without its ending, relative to the folder of generated code: `r4/types`. */
  readonly module: string;
  readonly name: string;
}

/** Everything that generated code may refer to: the documents and value sets at hand, and where their code stands. */
export interface Catalogue {
  document(canonical: string): SchemaDocument | undefined;
  place(canonical: string): Place | undefined;
  readonly typeModel: TypeModel;
  valueSet(canonical: string): CodeList | undefined;
  /** Where the constant with the codes of a value set stands. */
  valueSetPlace(canonical: string): Place;
  /** Resource type that a profile is for; undefined where the profile is not at hand. */
  resourceTypeOf(canonical: string): string | undefined;
}

/** The canonical URL without its version. */
export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}
