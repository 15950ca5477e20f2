import type { DeliveryFileFacts } from './delivery-file.ts';

export interface ManifestOf {
  readonly batchId: string;
  readonly counterpartId: string;
  /** FHIR base URL that was read. */
  readonly source: string;
  /** ISO 8601: the time of the launch, so that the same input gives the same bytes. */
  readonly transactionTime: string;
  /** Whether every row of the batch had ended. */
  readonly complete: boolean;
  readonly rows: Readonly<Record<string, number>>;
  readonly files: ReadonlyMap<string, DeliveryFileFacts>;
  /** Before the name of a file in its URL, which is relative to the manifest. */
  readonly urlsBegin: string;
  /** Of an update. */
  readonly update?: UpdateFacts;
}

/** How an update follows what was delivered before. */
export interface UpdateFacts {
  /** The batches of the transfers that its members were compared with, sorted. */
  readonly earlierBatchIds: readonly string[];
  /** The beginning of the oldest of the reads that they were compared with, ISO 8601; null where none was. */
  readonly since: string | null;
  /** Resources that came as they had been delivered before, and are in no file. */
  readonly unchanged: number;
  readonly noLongerReturned: number;
  /** Members with a record, by how it was read: only changes, everything and compared, or in full for want of an earlier one. */
  readonly members: { readonly changes: number; readonly everything: number; readonly withoutEarlier: number };
}

/** The file that every delivery holds. */
export const manifestName = 'manifest.json';

const suffix = '.ndjson.gz';

/** The names of the files that are not resources of the record. */
export const besides = {
  outcomes: `outcomes${suffix}`,
  attribution: `attribution${suffix}`,
  members: 'members.csv',
} as const;

/** The name of a type's file. */
export function typeFileName(resourceType: string): string {
  return `${resourceType}${suffix}`;
}

/**
 * The manifest of a delivery, in the form of FHIR Bulk Data (HL7 Bulk Data Access 2.0, "Response - Complete Status"), with what is
 * ours under `extension`. No time of the day is in it.
 */
export function deliveryManifest(of: ManifestOf): object {
  const entries = [...of.files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const record = entries.filter(([name]) => !(Object.values(besides) as string[]).includes(name));
  const aside = (wanted: string) => entries.filter(([name]) => name === wanted);
  const url = (name: string): string => `${of.urlsBegin}${name}`;
  return {
    transactionTime: of.transactionTime,
    request: of.source,
    requiresAccessToken: false,
    output: record.map(([name, facts]) => ({ type: name.slice(0, -suffix.length), url: url(name), ...facts })),
    deleted: [],
    error: aside(besides.outcomes).map(([name, facts]) => ({ type: 'OperationOutcome', url: url(name), ...facts })),
    extension: {
      batchId: of.batchId,
      counterpartId: of.counterpartId,
      complete: of.complete,
      rows: of.rows,
      ...(of.update !== undefined && { update: of.update }),
      // The first line names the columns.
      members: aside(besides.members).map(([name, facts]) => ({ url: url(name), ...facts, count: facts.count - 1 }))[0],
      attribution: aside(besides.attribution).map(([name, facts]) => ({ url: url(name), ...facts }))[0],
    },
  };
}
