import { loadGate } from '../../adapters/validation/load-gate.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { receivedRecord } from '../../domain/payload/received-record.ts';
import type { Validate } from '../../domain/payload/validation-gate.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { RecordRemark, RecordRemarks } from '../../schemas/record-remarks.ts';
import { noteFinding } from './note-finding.ts';
import type { ReadJob, StoredPage } from './read-job.ts';
import { pagesSoFar } from './read-referenced.ts';

/**
 * Puts the record together: each resource once, sorted by type and id, as sealed NDJSON, and beside it what was remarked on the
 * way. The same pages give the same bytes. What fails validation is kept and counted: it is the member's record, and the receiver
 * decides.
 */
export async function storeRecord(job: ReadJob): Promise<void> {
  const { projection } = await job.ledger.transfers.get(job.transferId);
  const pages = await pagesSoFar(job);
  const { resources, repeats, remarks } = receivedRecord(pages.flatMap((page) => page.resources));
  const invalid = remarksOnInvalid(resources, await loadGate({ usCoreVersion: '6.1.0' }));

  const deliveryObject = asObjectKey(`record/${job.transferId}`);
  const ndjson = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  await job.objects.put(deliveryObject, Buffer.from(ndjson), { replace: true });
  const remarksObject = asObjectKey(`remarks/${job.transferId}`);
  const all = remarksOf(pages, [...remarks, ...invalid]);
  await job.objects.put(remarksObject, Buffer.from(JSON.stringify(all)), { replace: true });

  const twice = remarks.filter(({ kind }) => kind === 'id-used-twice').length;
  await noteFinding(job, 'id-used-twice', twice);
  await noteFinding(job, 'resource-without-id', resources.filter(({ id }) => id === undefined).length);
  await noteFinding(job, 'referenced-not-readable', namesIn(pages, 'unreadable').size);
  await noteFinding(job, 'referenced-answered-otherwise', namesIn(pages, 'otherwise').size);
  const countsByType = countByType(resources);
  const { dropped } = projection;
  const stored = { deliveryObject, remarksObject, countsByType, dropped, repeats, invalid: invalid.length };
  const event = { subject: '', tryNumber: 1, actor: 'worker', body: { kind: 'stored', ...stored } } as const;
  await job.ledger.append(job.transferId, event, { firstStands: true });
  job.log.event('record-stored', { transferId: job.transferId, count: resources.length });
}

function remarksOnInvalid(resources: readonly FhirResource[], validate: Validate): readonly RecordRemark[] {
  return resources.flatMap((resource) => {
    const issues = validate(resource);
    if (!issues.some(({ severity }) => severity === 'error')) return [];
    return [{ kind: 'invalid-resource', resource: `${resource.resourceType}/${resource.id ?? ''}`, issues }];
  });
}

/** Pages of older versions may hold a name more than once. */
function namesIn(pages: readonly StoredPage[], which: 'unreadable' | 'otherwise'): ReadonlySet<string> {
  return new Set(pages.flatMap((page) => page[which] ?? []));
}

function remarksOf(pages: readonly StoredPage[], ours: readonly RecordRemark[]): RecordRemarks {
  const patientId = pages[0]?.resources.find(({ resourceType }) => resourceType === 'Patient')?.id;
  return {
    ...(patientId === undefined ? {} : { patientId }),
    remarks: [
      ...pages.flatMap(({ outcomes = [] }) =>
        outcomes.map((outcome) => ({ kind: 'server-outcome', outcome }) as const),
      ),
      ...[...namesIn(pages, 'unreadable')].map((reference) => ({ kind: 'reference-not-readable', reference }) as const),
      ...[...namesIn(pages, 'otherwise')].map(
        (reference) => ({ kind: 'reference-answered-otherwise', reference }) as const,
      ),
      ...ours,
    ],
  };
}
