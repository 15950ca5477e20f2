import type { RecordedResource } from '../members/record/record-context.ts';
import { TEST_MEMBERS, type TestMember } from '../members/test-members.ts';
import type { Answer, Visit } from '../routes/visit.ts';
import type { World } from '../world.ts';
import { isDateCondition } from './date-search.ts';
import { givenEntries } from './given-entries.ts';
import { operationOutcome } from './operation-outcome.ts';
import { NON_CLINICAL_TYPES, RESOURCE_TYPES } from './resource-types.ts';
import { fitsSearch } from './search-parameters.ts';
import { searchsetPage } from './searchset.ts';

const SUPPORTING_TYPES: ReadonlySet<string> = new Set(['Organization', 'Location', 'Practitioner', 'Medication']);

/** GET /r4/{type}: "use that token to query FHIR resources ... (read-only)" (seed, Step 3). */
export function searchAnswer(world: World, visit: Visit, member: TestMember, type: string): Answer {
  const refusal = typeRefusal(world, type) ?? dateRefusal(world, visit.query);
  if (refusal !== undefined) return refusal;
  const { nonClinicalTypes, lastUpdatedSearch } = world.switches.values;
  const by = { query: visit.query, lastUpdated: lastUpdatedSearch === 'supported', now: world.clock.now() };
  const leaked = nonClinicalTypes === 'leaked-into-searches' && type !== 'Patient';
  const page = searchsetPage({
    type,
    query: visit.query,
    matches: resourcesOf(world, member, type).filter((resource) => fitsSearch(resource, by)),
    uninvited: leaked ? world.members.record(member).nonClinical : [],
    switches: world.switches.values,
    faults: visit.faults,
    addresses: world.addresses,
  });
  return { status: 200, body: page.text, entries: givenEntries(page.given) };
}

/** GET /r4/{type}/{id}: only what belongs to, or is referred to by, the member of the token. */
export function readAnswer(world: World, visit: Visit, member: TestMember, type: string, id: string): Answer {
  const refusal = typeRefusal(world, type);
  if (refusal !== undefined) return refusal;
  const served = servedResources(world, member);
  const isAsked = (resource: RecordedResource): boolean => resource.type === type && resource.id === id;
  const found = visit.faults.has('another-resource') ? anotherThan(isAsked, served, type) : served.find(isAsked);
  if (found === undefined) return outcomeAnswer(404, 'not-found', 'no such resource for this token');
  return { status: 200, headers: { etag: `W/"${found.versionId}"` }, body: found.text, entries: givenEntries([found]) };
}

/** Another resource than the one that was asked for: of the same type where there is one. */
function anotherThan(
  isAsked: (resource: RecordedResource) => boolean,
  served: readonly RecordedResource[],
  type: string,
): RecordedResource | undefined {
  const others = served.filter((resource) => !isAsked(resource));
  return others.find((resource) => resource.type === type) ?? others[0];
}

/** An OperationOutcome as the whole answer. */
export function outcomeAnswer(status: number, code: string, diagnostics: string): Answer {
  return { status, body: JSON.stringify(operationOutcome(code, diagnostics)) };
}

function typeRefusal(world: World, type: string): Answer | undefined {
  if (!RESOURCE_TYPES.has(type)) return outcomeAnswer(404, 'not-supported', 'unknown resource type');
  if (NON_CLINICAL_TYPES.has(type) && world.switches.values.nonClinicalTypes === 'forbidden') {
    return outcomeAnswer(403, 'forbidden', 'this type is not shared payer to payer');
  }
  return undefined;
}

function dateRefusal({ switches }: World, query: URLSearchParams): Answer | undefined {
  const conditions = query.getAll('_lastUpdated');
  const { lastUpdatedSearch } = switches.values;
  if (conditions.length === 0 || lastUpdatedSearch === 'ignored') return undefined;
  if (lastUpdatedSearch === 'refused')
    return outcomeAnswer(400, 'not-supported', 'unknown search parameter _lastUpdated');
  return conditions.every(isDateCondition) ? undefined : outcomeAnswer(400, 'invalid', '_lastUpdated is no date');
}

function resourcesOf(world: World, member: TestMember, type: string): readonly RecordedResource[] {
  const { patientSearch, supportingTypes } = world.switches.values;
  if (type === 'Patient' && patientSearch !== 'one') return otherPatients(world, member, patientSearch);
  if (SUPPORTING_TYPES.has(type) && supportingTypes === 'by-id-only') return [];
  return servedResources(world, member).filter((resource) => resource.type === type);
}

function otherPatients(world: World, member: TestMember, answer: 'none' | 'several' | 'another'): RecordedResource[] {
  if (answer === 'none') return [];
  const stranger = TEST_MEMBERS.find((candidate) => candidate.memberId !== member.memberId) ?? member;
  const another = world.members.record(stranger).patient;
  return answer === 'another' ? [another] : [world.members.record(member).patient, another];
}

function servedResources(world: World, member: TestMember): readonly RecordedResource[] {
  const record = world.members.record(member);
  const clinical = world.memberChanges.applyTo(member.memberId, record.clinical);
  const shown = world.switches.values.nonClinicalTypes;
  return shown === 'served' ? [...clinical, ...record.nonClinical] : clinical;
}
