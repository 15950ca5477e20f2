import type { CodeSystem } from '../package/definitions.ts';
import type { SchemaDocument } from '../schema/schema-document.ts';
import type { CodeList } from '../terminology/code-list.ts';
import type { identityOf } from './identity-of.ts';

/** A FHIR package as the compiler leaves it: documents by URL, code lists by URL. */
export interface CompiledPackage {
  readonly name: string;
  readonly version: string;
  readonly documents: readonly SchemaDocument[];
  readonly valueSets: readonly CodeList[];
  /** Code systems without their texts. */
  readonly codeSystems: readonly CodeSystem[];
}

/** One line of the index that the run time reads: what is judged, and where its function stands. */
export interface IndexEntry {
  readonly url: string;
  readonly version?: string;
  readonly kind: SchemaDocument['kind'];
  /** Resource or data type. */
  readonly type: string;
  readonly base?: string;
  readonly module: string;
  readonly name: string;
  readonly context?: SchemaDocument['context'];
  readonly modifier?: true;
  /** What tells the resources that a profile is meant for. */
  readonly identity?: ReturnType<typeof identityOf>;
}
