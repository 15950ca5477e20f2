import type { SourceResource } from '../../domain/payload/source-resource.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import { findSource } from './find-source.ts';
import { readResources } from './read-resources.ts';
import { readText } from './read-text.ts';

export interface LoadPayloadInput {
  readonly sourceDir: string;
  readonly record: Pick<MemberRecord, 'source' | 'previousMemberId'>;
}

/** A member's record as it lies in the source. PHI. */
export interface LoadedPayload {
  readonly resources: readonly SourceResource[];
  /** How many files it came from. */
  readonly files: number;
}

/**
 * Loads a member's record from files: Bundles (collection, transaction, batch, searchset), single resources or NDJSON, plain or
 * gzip, one file or a folder of them. Numbers keep their spelling. The same files give the same list.
 * Errors: SOURCE_NOT_FOUND, SOURCE_INVALID; both say where, never what.
 */
export async function loadPayload({ sourceDir, record }: LoadPayloadInput): Promise<LoadedPayload> {
  const paths = await findSource(sourceDir, record);
  const resources: SourceResource[] = [];
  const pages = { partial: 0, whole: 0 };
  for (const [index, path] of paths.entries()) {
    const file = index + 1;
    const kind = kindOf(path);
    if (kind === undefined) throw new CarryoverError('SOURCE_INVALID', `File ${file} is neither .json nor .ndjson.`);
    // One after the other: a record is read whole, and two of its files need not be in memory at once.
    const content = readResources(await readText(path, `File ${file}`), kind, file);
    resources.push(...content.resources);
    pages[content.partial ? 'partial' : 'whole'] += 1;
  }
  if (pages.partial > 0 && pages.whole === 0)
    throw new CarryoverError('SOURCE_INVALID', 'The record is a search result whose last page is missing.');
  return { resources, files: paths.length };
}

function kindOf(path: string): 'json' | 'ndjson' | undefined {
  return /\.(?<kind>json|ndjson)(\.gz)?$/i.exec(path)?.groups?.['kind']?.toLowerCase() as 'json' | 'ndjson' | undefined;
}
