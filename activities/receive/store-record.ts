import { recordObjectOf, remarksObjectOf } from '../../adapters/records/stored-record.ts';
import { loadGate } from '../../adapters/validation/load-gate.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { nameOf, noLongerReturned } from '../../domain/payload/known-record.ts';
import { receivedRecord } from '../../domain/payload/received-record.ts';
import type { Validate } from '../../domain/payload/validation-gate.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import type { UpdateCounts } from '../../schemas/ledger-events.ts';
import type { RecordRemark, RecordRemarks, UnchangedResource } from '../../schemas/record-remarks.ts';
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

  const deliveryObject = recordObjectOf(job.transferId);
  const ndjson = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  await job.objects.put(deliveryObject, Buffer.from(ndjson), { replace: true });
  const remarksObject = remarksObjectOf(job.transferId);
  const came = { unchanged: distinctUnchanged(pages), missing: missingFrom(job, pages) };
  const all = remarksOf(pages, [...remarks, ...invalid, ...came.missing], came.unchanged);
  await job.objects.put(remarksObject, Buffer.from(JSON.stringify(all)), { replace: true });

  const twice = remarks.filter(({ kind }) => kind === 'id-used-twice').length;
  await noteFinding(job, 'id-used-twice', twice);
  await noteFinding(job, 'resource-without-id', resources.filter(({ id }) => id === undefined).length);
  await noteFinding(job, 'referenced-not-readable', unreadableIn(pages).size);
  await noteFinding(job, 'no-longer-returned', came.missing.length);
  const countsByType = countByType(resources);
  const { dropped } = projection;
  const unchangedAgain = pages.flatMap(({ unchanged = [] }) => unchanged).length - came.unchanged.length;
  const stored = {
    deliveryObject,
    remarksObject,
    countsByType,
    dropped,
    repeats: repeats + unchangedAgain,
    invalid: invalid.length,
    ...updateCounts(job, came.unchanged.length, came.missing.length),
  };
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

/** A slice that begins again asks again for what it was refused. */
function unreadableIn(pages: readonly StoredPage[]): ReadonlySet<string> {
  return new Set(pages.flatMap(({ unreadable = [] }) => unreadable));
}

/** What came and is known, each once. */
function distinctUnchanged(pages: readonly StoredPage[]): readonly UnchangedResource[] {
  const all = pages.flatMap(({ unchanged = [] }) => unchanged);
  return [...new Map(all.map((one) => [`${one.name} ${one.contentHash}`, one])).values()];
}

/** What was delivered before and did not come, of the types that were read in full; nothing follows from the others. */
function missingFrom({ earlier, receive }: ReadJob, pages: readonly StoredPage[]): readonly RecordRemark[] {
  if (earlier === undefined) return [];
  const inFull = new Set(receive.resourceTypes.filter((type) => earlier.changedSince(type) === undefined));
  const names = pages.flatMap(({ resources, unchanged = [] }) => [
    ...resources.map(nameOf),
    ...unchanged.map(({ name }) => name),
  ]);
  return noLongerReturned(earlier.known, new Set(names), inFull).map((resource) => ({
    kind: 'no-longer-returned',
    resource,
  }));
}

function updateCounts(
  { earlier, receive }: ReadJob,
  unchanged: number,
  missing: number,
): { readonly update?: UpdateCounts } {
  if (earlier === undefined) return {};
  const changes = receive.resourceTypes.some((type) => earlier.changedSince(type) !== undefined);
  const { startedAt: since } = earlier;
  return { update: { since, asked: changes ? 'changes' : 'everything', unchanged, noLongerReturned: missing } };
}

function remarksOf(
  pages: readonly StoredPage[],
  ours: readonly RecordRemark[],
  unchanged: readonly UnchangedResource[],
): RecordRemarks {
  const [patients] = pages;
  const came = [...(patients?.resources.map(nameOf) ?? []), ...(patients?.unchanged ?? []).map(({ name }) => name)];
  const patientId = came.find((name) => /^Patient\/./.test(name))?.slice('Patient/'.length);
  return {
    ...(patientId === undefined ? {} : { patientId }),
    ...(unchanged.length > 0 && { unchanged }),
    remarks: [
      ...pages.flatMap(({ outcomes = [] }) =>
        outcomes.map((outcome) => ({ kind: 'server-outcome', outcome }) as const),
      ),
      ...[...unreadableIn(pages)].map((reference) => ({ kind: 'reference-not-readable', reference }) as const),
      ...ours,
    ],
  };
}
