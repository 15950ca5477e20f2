import type { FhirResource } from '../../schemas/fhir.ts';

/** Where in a member's files a resource stood. Files have numbers, in the order of their names, because their names can be PHI. */
export interface SourcePlace {
  readonly file: number;
  /** 1-based line of an NDJSON file. */
  readonly line?: number;
  /** 1-based entry of a Bundle. */
  readonly entry?: number;
}

/** One resource as the source holds it; numbers are as written (exact-json.ts). */
export interface SourceResource {
  readonly resource: FhirResource;
  readonly fullUrl?: string;
  readonly place: SourcePlace;
}

/** Such as `entry 12 of file 1`: safe to show. */
export function describePlace({ file, line, entry }: SourcePlace): string {
  const within = line !== undefined ? `line ${line} of ` : entry !== undefined ? `entry ${entry} of ` : '';
  return `${within}file ${file}`;
}
