import { loadGate } from '../../adapters/validation/load-gate.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { receivedRecord } from '../../domain/payload/received-record.ts';
import type { Validate } from '../../domain/payload/validation-gate.ts';
import type { ValidationRules } from '../../schemas/counterpart.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { RecordRemark, RecordRemarks } from '../../schemas/record-remarks.ts';
import { findingEvent } from './note-finding.ts';
import type { ReadJob } from './read-job.ts';
import { pagesSoFar } from './read-referenced.ts';
import type { StoredPage } from './record-pages.ts';

/** What a profile was judged by that was frozen before it could say. */
const olderRules: ValidationRules = { usCoreVersion: '6.1.0', profiles: 'claimed' };

/**
 * Puts the record together: each resource once, sorted by type and id, as sealed NDJSON, and beside it what was remarked on the
 * way. The same pages give the same bytes. What fails validation is kept and counted: it is the member's record, and the receiver
 * decides.
 */
export async function storeRecord(job: ReadJob): Promise<void> {
  const { projection } = await job.ledger.transfers.get(job.transferId);
  const pages = pagesSoFar(job);
  const { resources, repeats, remarks } = receivedRecord(pages.flatMap((page) => page.resources));
  const invalid = remarksOnInvalid(resources, await loadGate(job.receive.validation ?? olderRules));

  const deliveryObject = asObjectKey(`record/${job.transferId}`);
  const ndjson = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  const remarksObject = asObjectKey(`remarks/${job.transferId}`);
  const all = remarksOf(pages, [...remarks, ...invalid]);
  await Promise.all([
    job.objects.put(deliveryObject, Buffer.from(ndjson), { replace: true }),
    job.objects.put(remarksObject, Buffer.from(JSON.stringify(all)), { replace: true }),
  ]);

  const twice = remarks.filter(({ kind }) => kind === 'id-used-twice').length;
  const findings = [
    findingEvent('id-used-twice', twice),
    findingEvent('resource-without-id', resources.filter(({ id }) => id === undefined).length),
    findingEvent('referenced-not-readable', namesIn(pages, 'unreadable').size),
    findingEvent('referenced-answered-otherwise', namesIn(pages, 'otherwise').size),
  ].flat();
  const countsByType = countByType(resources);
  const { dropped } = projection;
  const stored = { deliveryObject, remarksObject, countsByType, dropped, repeats, invalid: invalid.length };
  const event = { subject: '', tryNumber: 1, actor: 'worker', body: { kind: 'stored', ...stored } } as const;
  await job.ledger.withTransfer(job.transferId, async (transfer) => {
    for (const one of [...findings, event]) await transfer.append(one, { firstStands: true });
  });
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
