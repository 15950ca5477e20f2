import type { FhirResource } from '../../schemas/fhir.ts';
import { isLogicalId } from './logical-id.ts';

/** What a record refers to and did not bring, one at a time: whoever walks reads each and says what was found. */
export interface ReferenceWalk {
  /** `Type/id` of the next resource to read, each once and in the order of the record; `undefined` where nothing is left. */
  next(): string | undefined;
  /** What this resource refers to is wanted too. */
  found(resource: FhirResource): void;
}

export interface WalkedServer {
  /** References that begin with this base are the server's own, like relative ones. */
  readonly baseUrl: string;
  /** The types that are followed. */
  readonly types: ReadonlySet<string>;
}

/** Walks the references of a record that one server gave. What names another server, a version or a part is not followed. */
export function walkReferences(record: readonly FhirResource[], server: WalkedServer): ReferenceWalk {
  const known = new Set(record.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`));
  const waiting: string[] = [];
  const want = (resource: FhirResource): void => {
    for (const reference of referencesIn(resource)) {
      const name = nameOf(reference, server);
      if (name === undefined || known.has(name)) continue;
      known.add(name);
      waiting.push(name);
    }
  };
  record.forEach(want);
  return { next: () => waiting.shift(), found: want };
}

/** `Type/id` of a reference to this server, where its type is followed. */
function nameOf(reference: string, { baseUrl, types }: WalkedServer): string | undefined {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  const relative = reference.startsWith(base) ? reference.slice(base.length) : reference;
  const [type = '', id = '', ...rest] = relative.split('/');
  return rest.length === 0 && types.has(type) && isLogicalId(id) ? relative : undefined;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'reference' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}
