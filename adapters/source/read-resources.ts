import { parseExact } from '../../domain/payload/exact-json.ts';
import { describePlace, type SourcePlace, type SourceResource } from '../../domain/payload/source-resource.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { FhirResource } from '../../schemas/fhir.ts';

/** What one file holds; `partial`: it is a page of a search that says there are further ones. */
export interface FileContent {
  readonly resources: readonly SourceResource[];
  readonly partial: boolean;
}

/** Bundles that are a list of resources. The others mean something by their order or their head. */
const bundleTypes: readonly unknown[] = ['collection', 'transaction', 'batch', 'searchset'];

/** Reads one file of a member's record: one resource or a Bundle (JSON), or a resource on each line (NDJSON). Error: SOURCE_INVALID with the place. */
export function readResources(text: string, kind: 'json' | 'ndjson', file: number): FileContent {
  return kind === 'json' ? readJson(text, file) : { resources: readLines(text, file), partial: false };
}

function readJson(text: string, file: number): FileContent {
  const content = resourceOf(parse(text, { file }), { file });
  if (content.resourceType !== 'Bundle') return { resources: [{ resource: content, place: { file } }], partial: false };

  const { type, entry = [], link } = content;
  if (!bundleTypes.includes(type)) throw invalid({ file }, 'is a Bundle of a type that is not a list of resources');
  if (!Array.isArray(entry)) throw invalid({ file }, 'is a Bundle whose entry is no list');
  const resources = entry.map((one: unknown, index) => entryOf(one, { file, entry: index + 1 }));
  return { resources, partial: type === 'searchset' && hasNext(link) };
}

function entryOf(entry: unknown, place: SourcePlace): SourceResource {
  if (!isObject(entry) || entry['resource'] === undefined) throw invalid(place, 'holds no resource');
  const { fullUrl } = entry;
  return { resource: resourceOf(entry['resource'], place), ...(typeof fullUrl === 'string' && { fullUrl }), place };
}

function readLines(text: string, file: number): SourceResource[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = { file, line: index + 1 };
    return [{ resource: resourceOf(parse(line, place), place), place }];
  });
}

/** What the JSON parser says itself holds content; only its line is kept. */
function parse(text: string, place: SourcePlace): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    const line =
      error instanceof Error ? /\(line (?<line>\d+) column \d+\)$/.exec(error.message)?.groups?.['line'] : undefined;
    const at = place.line === undefined && line !== undefined ? { ...place, line: Number(line) } : place;
    throw invalid(at, 'is not well-formed JSON');
  }
}

function resourceOf(value: unknown, place: SourcePlace): FhirResource {
  if (!isObject(value) || typeof value['resourceType'] !== 'string' || !/^[A-Z][A-Za-z]+$/.test(value['resourceType']))
    throw invalid(place, 'is not a FHIR resource');
  if (value['id'] !== undefined && (typeof value['id'] !== 'string' || value['id'] === ''))
    throw invalid(place, 'is a resource whose id is no text');
  return value as unknown as FhirResource;
}

function hasNext(links: unknown): boolean {
  return Array.isArray(links) && links.some((link: unknown) => isObject(link) && link['relation'] === 'next');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(place: SourcePlace, what: string): CarryoverError {
  const detail = `In the member's record, ${describePlace(place)} ${what}.`;
  return new CarryoverError('SOURCE_INVALID', detail, place.line === undefined ? {} : { line: place.line });
}
