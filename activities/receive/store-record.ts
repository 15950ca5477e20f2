import { recordObjectOf, remarksObjectOf } from '../../adapters/records/stored-record.ts';
import { loadGate } from '../../adapters/validation/load-gate.ts';
import { countByType } from '../../domain/payload/count-by-type.ts';
import { nameOf, noLongerReturned } from '../../domain/payload/known-record.ts';
import { receivedRecord } from '../../domain/payload/received-record.ts';
import type { Validate } from '../../domain/payload/validation-gate.ts';
import type { ValidationRules } from '../../schemas/counterpart.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import type { UpdateCounts } from '../../schemas/ledger-events.ts';
import type { RecordRemark, RecordRemarks, UnchangedResource } from '../../schemas/record-remarks.ts';
import { changesAskedSince } from './changes-asked.ts';
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

  const deliveryObject = recordObjectOf(job.transferId);
  const ndjson = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
  const remarksObject = remarksObjectOf(job.transferId);
  const came = { unchanged: distinctUnchanged(pages), missing: missingFrom(job, pages) };
  const notGiven = typesNotGiven(job).map((one) => ({ kind: 'type-not-given', ...one }) as const);
  const all = remarksOf(pages, [...notGiven, ...remarks, ...invalid, ...came.missing], came.unchanged);
  await Promise.all([
    job.objects.put(deliveryObject, Buffer.from(ndjson), { replace: true }),
    job.objects.put(remarksObject, Buffer.from(JSON.stringify(all)), { replace: true }),
  ]);

  const twice = remarks.filter(({ kind }) => kind === 'id-used-twice').length;
  const findings = [
    findingEvent('id-used-twice', twice),
    findingEvent('resource-without-id', resources.filter(({ id }) => id === undefined).length),
    ...typesNotGiven(job).map(({ resourceType }) => findingEvent(`type-not-given-${resourceType}`, 1)),
    findingEvent('referenced-not-readable', namesIn(pages, 'unreadable').size),
    findingEvent('referenced-answered-otherwise', namesIn(pages, 'otherwise').size),
    findingEvent('no-longer-returned', came.missing.length),
  ].flat();
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

/** The types that the server does not give, with the HTTP status by which it said so. */
function typesNotGiven({
  receive,
  pages,
}: ReadJob): readonly { readonly resourceType: string; readonly status: number }[] {
  return receive.resourceTypes.flatMap((resourceType) => {
    const status = pages.of(resourceType)[0]?.notGiven;
    return status === undefined ? [] : [{ resourceType, status }];
  });
}

/** Pages of older versions may hold a name more than once. */
function namesIn(pages: readonly StoredPage[], which: 'unreadable' | 'otherwise'): ReadonlySet<string> {
  return new Set(pages.flatMap((page) => page[which] ?? []));
}

/** What came and is known, each once. */
function distinctUnchanged(pages: readonly StoredPage[]): readonly UnchangedResource[] {
  const all = pages.flatMap(({ unchanged = [] }) => unchanged);
  return [...new Map(all.map((one) => [`${one.name} ${one.contentHash}`, one])).values()];
}

/** What was delivered before and did not come, of the types that were read in full; nothing follows from the others. */
function missingFrom(job: ReadJob, pages: readonly StoredPage[]): readonly RecordRemark[] {
  const { earlier, receive } = job;
  if (earlier === undefined) return [];
  const notGiven = new Set(typesNotGiven(job).map(({ resourceType }) => resourceType));
  const asked = receive.resourceTypes.filter((type) => !notGiven.has(type));
  const inFull = new Set(asked.filter((type) => changesAskedSince(job, type) === undefined));
  const names = pages.flatMap(({ resources, unchanged = [] }) => [
    ...resources.map(nameOf),
    ...unchanged.map(({ name }) => name),
  ]);
  return noLongerReturned(earlier.known, new Set(names), inFull).map((resource) => ({
    kind: 'no-longer-returned',
    resource,
  }));
}

function updateCounts(job: ReadJob, unchanged: number, missing: number): { readonly update?: UpdateCounts } {
  if (job.earlier === undefined) return {};
  const changes = job.receive.resourceTypes.some((type) => changesAskedSince(job, type) !== undefined);
  const { startedAt: since } = job.earlier;
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
      ...[...namesIn(pages, 'unreadable')].map((reference) => ({ kind: 'reference-not-readable', reference }) as const),
      ...[...namesIn(pages, 'otherwise')].map(
        (reference) => ({ kind: 'reference-answered-otherwise', reference }) as const,
      ),
      ...ours,
    ],
  };
}
