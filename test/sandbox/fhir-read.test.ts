import { afterEach, beforeAll, expect, test } from 'vitest';

import { type Json, admin, get, post, readToken, sandboxForTests, writeToken } from './started-sandbox.ts';

const started = sandboxForTests({ generatedMembers: 1 });
const CLINICAL = `Patient Condition Observation MedicationRequest Immunization Procedure Encounter AllergyIntolerance
  DiagnosticReport DocumentReference CareTeam CarePlan Goal Organization Location Practitioner Medication`.split(/\s+/);

let token = '';
beforeAll(async () => {
  token = await readToken(started.at);
});
afterEach(async () => {
  await admin(started.at, 'DELETE', '/faults');
  const defaults = {
    nonClinicalTypes: 'forbidden',
    searchOutcomeEntry: 'absent',
    searchTotal: 'present',
    patientSearch: 'one',
    lastUpdatedSearch: 'supported',
    supportingTypes: 'searchable',
  };
  await admin(started.at, 'PUT', '/switches', defaults);
});

interface Entry {
  readonly resource: Json;
  readonly search: { mode: string };
}
const entriesOf = (bundle: Json): Entry[] => bundle['entry'] as Entry[];
const linkOf = (bundle: Json, relation: string): string | undefined =>
  (bundle['link'] as { relation: string; url: string }[]).find((link) => link.relation === relation)?.url;

async function allPages(bearer: string, path: string): Promise<{ resources: Json[]; pages: number; total: unknown }> {
  const resources: Json[] = [];
  let total: unknown;
  let pages = 0;
  for (let next: string | undefined = path; next !== undefined; pages += 1) {
    const { json } = await get(started.at, bearer, next);
    resources.push(...entriesOf(json).map((entry) => entry.resource));
    total = json['total'];
    next = linkOf(json, 'next');
  }
  return { resources, pages, total };
}

test('a member reads about 50 clinical resources of every type, and each reference in them resolves', async () => {
  const found = await Promise.all(CLINICAL.map(async (type) => (await allPages(token, `/${type}`)).resources));
  expect(found.every((resources) => resources.length > 0)).toBe(true);
  const resources = found.flat();
  expect(resources.length).toBeGreaterThanOrEqual(40);
  expect(resources.length).toBeLessThanOrEqual(80);
  const names = new Set(resources.map(({ resourceType, id }) => `${String(resourceType)}/${String(id)}`));
  const references = [...JSON.stringify(resources).matchAll(/"reference":"([^"]+)"/g)].map((match) => match[1]);
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((reference) => !names.has(reference ?? ''))).toEqual([]);
});

test('the Patient is the member that authorized', async () => {
  const { json } = await get(started.at, token, '/Patient');
  const [patient] = entriesOf(json).map((entry) => entry.resource);
  expect(patient).toMatchObject({ birthDate: '2011-01-04', name: [{ family: 'Venegas795', given: ['Mayte822'] }] });
});

test('searches are paged by next links with self link and total, and no resource comes twice', async () => {
  const { resources, pages, total } = await allPages(token, '/Observation?_count=5');
  expect(pages).toBe(Math.ceil(resources.length / 5));
  expect(total).toBe(resources.length);
  expect(new Set(resources.map((resource) => resource['id'])).size).toBe(resources.length);
});

test('a search can be narrowed by category, id and time of last update', async () => {
  const laboratory = await allPages(token, '/Observation?category=laboratory');
  const all = await allPages(token, '/Observation');
  expect(laboratory.resources.length).toBeGreaterThan(0);
  expect(laboratory.resources.length).toBeLessThan(all.resources.length);
  expect((await allPages(token, '/Observation?_lastUpdated=gt2026-12-31')).resources).toEqual([]);
  const id = String(all.resources[0]?.['id']);
  expect((await allPages(token, `/Observation?_id=${id}`)).resources).toHaveLength(1);
});

test.each([
  ['2026-09-20', true],
  ['eq2026', true],
  ['ne2026-09', false],
  ['ge2026-09-20T08:15:00.000Z', true],
  ['ge2026-09-20T08:15:00.001Z', false],
  ['ge2026-09-20T10:15:00%2B02:00', true],
  ['gt2026-09-20', false],
  ['gt2026-09-20T08:14Z', true],
  ['lt2026-09-20T08:15:00Z', false],
  ['le2026-09-20T08:15:00Z', true],
  ['sa2026-08', true],
  ['eb2026-09-21', true],
  ['ap2026-09-20', true],
  ['ap2020-09-20', false],
  ['2025,2026-09-20', true],
])('what was changed on 2026-09-20T08:15:00.000Z is found by _lastUpdated=%s: %s', async (condition, isFound) => {
  const { json } = await get(started.at, token, `/Goal?_lastUpdated=${condition}`);
  expect(entriesOf(json)).toHaveLength(isFound ? 1 : 0);
});

test.each([
  ['supported', 'ge-yesterday', 400, 0],
  ['ignored', 'ge2100', 200, 1],
  ['refused', 'ge2026', 400, 0],
])('where _lastUpdated is %s, %s is answered with %i', async (lastUpdatedSearch, condition, status, count) => {
  await admin(started.at, 'PUT', '/switches', { lastUpdatedSearch });
  const { response, json } = await get(started.at, token, `/Goal?_lastUpdated=${condition}`);
  expect(response.status).toBe(status);
  expect((json['entry'] as unknown[] | undefined) ?? []).toHaveLength(count);
});

test('a record can change: a new version, a resource more, one that is shown no longer, decimals as written', async () => {
  const before = new Date().toISOString();
  const path = '/members/01-testmemid/resources';
  const put = async (name: string, text: string) => {
    const answer = await fetch(`${started.at.adminUrl}${path}/${name}`, { method: 'PUT', body: text });
    return answer.status;
  };
  const goal = String((await allPages(token, '/Goal')).resources[0]?.['id']);
  const changed = `{"resourceType":"Goal","id":"${goal}","meta":{"profile":["x"]},"lifecycleStatus":"completed"}`;
  expect(await put(`Goal/${goal}`, changed)).toBe(200);
  expect(await put('Observation/new', '{"resourceType":"Observation","id":"new","valueQuantity":{"value":1.10}}')).toBe(
    200,
  );
  expect(await put('Observation/other', '{"resourceType":"Observation","id":"new"}')).toBe(400);
  await admin(started.at, 'DELETE', `${path}/CarePlan/01-testmemid-careplan-1`);

  const read = await get(started.at, token, `/Goal/${goal}`);
  expect(read.response.headers.get('etag')).toBe('W/"2"');
  expect(read.json).toMatchObject({ lifecycleStatus: 'completed', meta: { profile: ['x'], versionId: '2' } });
  const since = await get(started.at, token, `/Observation?_lastUpdated=ge${before}`);
  expect(entriesOf(since.json).map(({ resource }) => resource['id'])).toEqual(['new']);
  expect(since.text).toContain('1.10');
  expect((await get(started.at, token, '/CarePlan')).json['total']).toBe(0);
  await expect(admin(started.at, 'DELETE', '/members/nobody/resources/Goal/1')).rejects.toThrow('404');
});

test('a read answers the same bytes as the search, with decimals as written', async () => {
  const { text } = await get(started.at, token, '/Observation?category=laboratory&_count=200');
  expect(text).toMatch(/"value":\d+\.\d*0[,}]/);
  const [, id = ''] = /"id":"(01-testmemid-observation-\d+)"/.exec(text) ?? [];
  const read = await get(started.at, token, `/Observation/${id}`);
  expect(read.response.status).toBe(200);
  expect(text).toContain(read.text);
});

test("another member's resource is not found", async () => {
  expect((await get(started.at, token, '/Patient/02-testmemid-patient-1')).response.status).toBe(404);
});

test('a generated member has about 300 resources', async () => {
  const [member] = (
    await admin<{ memberId: string; firstName: string; lastName: string; birthDate: string; postalCode: string }[]>(
      started.at,
      'GET',
      '/members',
    )
  ).slice(4);
  const [year, month, day] = (member?.birthDate ?? '').split('-');
  const typed = {
    firstName: '',
    lastName: '',
    memberId: '',
    postalCode: '',
    ...member,
    birthDate: `${month}/${day}/${year}`,
  };
  const bearer = await readToken(started.at, typed, 'load@example.org');
  const { resources } = await allPages(bearer, '/Observation?_count=200');
  expect(resources.length).toBeGreaterThan(150);
});

test.each([
  ['forbidden', 403, 0],
  ['empty', 200, 0],
  ['served', 200, 1],
])('non-clinical types are %s: status %i with %i entries', async (nonClinicalTypes, status, count) => {
  await admin(started.at, 'PUT', '/switches', { nonClinicalTypes });
  const { response, json } = await get(started.at, token, '/ExplanationOfBenefit');
  expect(response.status).toBe(status);
  expect((json['entry'] as unknown[] | undefined) ?? []).toHaveLength(count);
});

test('non-clinical types can leak into other searches', async () => {
  await admin(started.at, 'PUT', '/switches', { nonClinicalTypes: 'leaked-into-searches' });
  const { json } = await get(started.at, token, '/Goal');
  const types = entriesOf(json).map((entry) => entry.resource['resourceType']);
  expect(types).toEqual(['Goal', 'Coverage', 'Claim', 'ClaimResponse', 'ExplanationOfBenefit']);
});

test('switches add an OperationOutcome entry and take the total away', async () => {
  await admin(started.at, 'PUT', '/switches', { searchOutcomeEntry: 'present', searchTotal: 'absent' });
  const { json } = await get(started.at, token, '/Goal');
  expect(entriesOf(json).map((entry) => entry.search.mode)).toEqual(['match', 'outcome']);
  expect(json).not.toHaveProperty('total');
});

test.each([
  ['none', []],
  ['several', ['2011-01-04', '1974-04-29']],
  ['another', ['1974-04-29']],
])('the Patient search can answer %s', async (patientSearch, birthDates) => {
  await admin(started.at, 'PUT', '/switches', { patientSearch });
  const { json } = await get(started.at, token, '/Patient');
  expect(entriesOf(json).map((entry) => entry.resource['birthDate'])).toEqual(birthDates);
});

test('supporting types can be made readable by id only', async () => {
  await admin(started.at, 'PUT', '/switches', { supportingTypes: 'by-id-only' });
  expect((await get(started.at, token, '/Organization')).json['total']).toBe(0);
  expect((await get(started.at, token, '/Organization/demo-clinic-organization')).response.status).toBe(200);
});

test.each([
  ['next-link-to-itself', (next: string, self: string) => next === self],
  ['next-link-elsewhere', (next: string, self: string) => new URL(next).origin !== new URL(self).origin],
] as const)('the fault %s spoils the next link', async (kind, isSpoiled) => {
  await admin(started.at, 'PUT', '/faults', [{ kind, route: 'GET /r4/Observation' }]);
  const { json } = await get(started.at, token, '/Observation?_count=5');
  expect(isSpoiled(linkOf(json, 'next') ?? '', linkOf(json, 'self') ?? '')).toBe(true);
});

test('a read token cannot write, and that is a finding', async () => {
  expect((await post(started.at, token, '/Patient', { resourceType: 'Patient' })).response.status).toBe(403);
  const findings = await admin(started.at, 'GET', '/findings?previousMemberId=01-testmemid');
  expect(findings.map((finding) => finding['kind'])).toContain('write-with-read-token');
});

test.each(['GET /Patient', 'GET /Patient/x', 'PUT /Patient/x', 'DELETE /Patient/x'])(
  'a write token gets 403 for %s, and that is a finding',
  async (request) => {
    const [method = '', path = ''] = request.split(' ');
    const bearer = await writeToken(started.at);
    const headers = { authorization: `Bearer ${bearer}` };
    const response = await fetch(`${started.at.fhirBaseUrl}${path}`, { method, headers });
    expect(response.status).toBe(403);
    const findings = await admin(started.at, 'GET', '/findings?previousMemberId=prev-1');
    expect(findings.at(-1)).toMatchObject({ kind: 'read-with-write-token' });
  },
);

test('without a token, or with an unknown one, everything but metadata answers 401', async () => {
  expect((await fetch(`${started.at.fhirBaseUrl}/Patient`)).status).toBe(401);
  expect((await get(started.at, 'unknown', '/Patient')).response.status).toBe(401);
  const metadata = await (await fetch(`${started.at.fhirBaseUrl}/metadata`)).json();
  const rest = (metadata as { rest: { resource: { type: string; interaction: Json[] }[] }[] }).rest[0];
  const creatable = rest?.resource.filter(({ interaction }) => interaction.some(({ code }) => code === 'create'));
  expect(creatable?.map((resource) => resource.type)).not.toContain('Provenance');
  expect(creatable?.map((resource) => resource.type)).toContain('Observation');
});
