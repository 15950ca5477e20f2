import { loadGate } from '../../adapters/validation/load-gate.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { ReadJob } from './read-job.ts';
import { recordSoFar } from './read-referenced.ts';

/**
 * Puts the record together: each resource once, sorted by type and id, as sealed NDJSON. The same pages give the same bytes.
 * What fails validation is kept and counted: it is the member's record, and the receiver decides.
 */
export async function storeRecord(job: ReadJob): Promise<void> {
  const { projection } = await job.ledger.transfers.get(job.transferId);
  const record = await recordSoFar(job);
  const distinct = new Map(record.map((resource) => [sortKey(resource), resource] as const));
  const sorted = [...distinct.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
  const validate = await loadGate({ usCoreVersion: '6.1.0' });
  const invalid = sorted.filter((resource) => validate(resource).some(({ severity }) => severity === 'error')).length;

  const repeats = record.length - sorted.length;

  const deliveryObject = asObjectKey(`record/${job.transferId}`);
  const ndjson = sorted.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  await job.objects.put(deliveryObject, Buffer.from(ndjson), { replace: true });
  const countsByType = countByType(sorted);
  await job.ledger.append(job.transferId, {
    subject: '',
    tryNumber: 1,
    actor: 'worker',
    body: { kind: 'stored', deliveryObject, countsByType, dropped: projection.dropped, repeats, invalid },
  });
  job.log.event('record-stored', { transferId: job.transferId, count: sorted.length });
}

const sortKey = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id ?? ''}`;

function countByType(resources: readonly FhirResource[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { resourceType } of resources) counts[resourceType] = (counts[resourceType] ?? 0) + 1;
  return counts;
}
