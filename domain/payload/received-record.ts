import type { FhirResource } from '../../schemas/fhir.ts';
import type { RecordRemark } from '../../schemas/record-remarks.ts';
import { canonicalJson } from './canonical-json.ts';

export interface ReceivedRecord {
  /** Sorted by type, id and content. */
  readonly resources: readonly FhirResource[];
  /** How many came again, equal to the last character of their content. */
  readonly repeats: number;
  readonly remarks: readonly RecordRemark[];
}

interface Keyed {
  readonly resource: FhirResource;
  readonly name: string;
  readonly content: string;
}

/**
 * Puts together what was read of one member: equal resources once, whatever the order of their keys. Nothing else is left out:
 * other content under the same id, as where a record changes while it is read, is kept beside the first, and so is every resource
 * that has no id. Pure; the same resources in any order give the same record.
 */
export function receivedRecord(read: readonly FhirResource[]): ReceivedRecord {
  const distinct = new Map<string, Keyed>();
  for (const resource of read) {
    const content = canonicalJson(resource);
    const keyed = { resource, name: `${resource.resourceType}/${resource.id ?? ''}`, content };
    const key = `${keyed.name} ${content}`;
    const known = distinct.get(key);
    // Equal contents can differ in the order of their keys: the same spelling is taken, whichever came first.
    if (known === undefined || JSON.stringify(resource) < JSON.stringify(known.resource)) distinct.set(key, keyed);
  }
  const sorted = [...distinct.values()].toSorted((a, b) => order(a.name, b.name) || order(a.content, b.content));
  return {
    resources: sorted.map(({ resource }) => resource),
    repeats: read.length - sorted.length,
    remarks: [...Map.groupBy(sorted, ({ name }) => name).values()].flatMap(remarkOn),
  };
}

function remarkOn(sameName: readonly Keyed[]): readonly RecordRemark[] {
  const [first] = sameName;
  if (first === undefined) return [];
  const count = sameName.length;
  const { resourceType, id } = first.resource;
  if (id === undefined) return [{ kind: 'without-id', resourceType, count }];
  return count > 1 ? [{ kind: 'id-used-twice', resource: first.name, count }] : [];
}

/** By UTF-16 code units: the same on every machine, whatever its language. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
