import { isRecord } from '../fhir/is-record.ts';

/** One entry of a Bundle that came back, as far as we understand it. */
export interface AnsweredEntry {
  /** 0 where the entry says none. */
  readonly status: number;
  /** Where it was stored, from its location, else from the resource or fullUrl that came with it. */
  readonly resourceType?: string;
  readonly id?: string;
  readonly outcome?: unknown;
}

/** Reads one entry of a batch or transaction response (FHIR R4, Bundle.entry.response). */
export function readEntry(entry: unknown): AnsweredEntry {
  if (!isRecord(entry)) return { status: 0 };
  const response = isRecord(entry['response']) ? entry['response'] : {};
  const resource = isRecord(entry['resource']) ? entry['resource'] : undefined;
  const outcome = response['outcome'] ?? (resource?.['resourceType'] === 'OperationOutcome' ? resource : undefined);
  return {
    status: readStatus(response['status']),
    ...(identityIn(response['location']) ?? identityOf(resource) ?? identityIn(entry['fullUrl'])),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** Type and id of `[base/]Type/id[/_history/version]`. */
export function identityIn(url: unknown): { resourceType: string; id: string } | undefined {
  if (typeof url !== 'string') return undefined;
  const found = /(?:^|\/)([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?\/?$/.exec(url);
  return found?.[1] === undefined || found[2] === undefined ? undefined : { resourceType: found[1], id: found[2] };
}

function identityOf(resource: Record<string, unknown> | undefined): { resourceType: string; id: string } | undefined {
  if (resource === undefined || resource['resourceType'] === 'OperationOutcome') return undefined;
  return identityIn(`${String(resource['resourceType'])}/${String(resource['id'])}`);
}

/** "The status code ... may include the standard HTTP description" (FHIR R4, Bundle.entry.response.status). */
function readStatus(status: unknown): number {
  const digits = typeof status === 'string' ? /^\s*(\d{3})(?:\D|$)/.exec(status)?.[1] : undefined;
  if (digits !== undefined) return Number(digits);
  return typeof status === 'number' && Number.isInteger(status) ? status : 0;
}
