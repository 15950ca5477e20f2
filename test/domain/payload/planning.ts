import { createHash } from 'node:crypto';

import { planPayload, type PlanPayloadInput, type PlanPolicy } from '../../../domain/payload/plan-payload.ts';
import type { SourceResource } from '../../../domain/payload/source-resource.ts';
import { supportingTypes, usCoreClinicalTypes, type FhirResource } from '../../../schemas/fhir.ts';
import { asCounterpartId } from '../../../schemas/ids.ts';
import type { Plan } from '../../../schemas/plan.ts';
import type { MemberRecord } from '../../../schemas/roster.ts';

export const record: MemberRecord = {
  rowId: 'r1',
  family: 'Example',
  given: 'Ann',
  birthDate: '1980-02-29',
  previousMemberId: 'PM-1',
  zip: '02116',
};

export const patient: FhirResource = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ family: 'Example', given: ['Ann'] }],
  birthDate: '1980-02-29',
};

const policy: PlanPolicy = {
  counterpartId: asCounterpartId('sandbox'),
  memberKey: 'member-1',
  acceptedTypes: [...supportingTypes, ...usCoreClinicalTypes],
  idAssignment: 'caller',
  singlePosts: false,
  maxEntries: 20,
  maxBytes: 1_000_000,
  validation: 'withhold',
};

export function keyedHash(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The id that a resource of the record gets at the counterpart. */
export function targetId(resourceType: string, sourceId: string, memberKey = policy.memberKey): string {
  return keyedHash('resource', policy.counterpartId, memberKey, resourceType, sourceId);
}

export function sources(resources: readonly FhirResource[]): SourceResource[] {
  return resources.map((resource, index) => ({ resource, place: { file: 1, entry: index + 1 } }));
}

/** An Observation of the patient. */
export const observation = (id: string, more: Record<string, unknown> = {}): FhirResource => ({
  resourceType: 'Observation',
  id,
  subject: { reference: 'Patient/p' },
  ...more,
});

export interface Request extends Partial<Omit<PlanPayloadInput, 'resources' | 'policy'>> {
  readonly policy?: Partial<PlanPolicy>;
}

/** Plans with everything valid and nothing sent before, where a test does not say otherwise. */
export async function plan(resources: readonly SourceResource[], request: Request = {}) {
  return planPayload({
    record,
    keyedHash,
    alreadySent: () => new Map<never, never>(),
    validate: () => [],
    ...request,
    resources,
    policy: { ...policy, ...request.policy },
  });
}

/** As `plan`, where the record must not be refused. */
export async function planned(resources: readonly SourceResource[], request: Request = {}): Promise<Plan> {
  const result = await plan(resources, request);
  if (result.kind === 'refused') throw new Error(`${result.code} ${result.detail}`);
  return result.plan;
}

/** The plan of resources, each with a full URL where one is given, and all texts that it would send. */
export async function bodyOf(resources: FhirResource[], fullUrls: readonly (string | undefined)[] = []) {
  const withUrls = sources(resources).map((source, index) => {
    const fullUrl = fullUrls[index];
    return fullUrl === undefined ? source : { ...source, fullUrl };
  });
  const result = await planned(withUrls);
  return { plan: result, text: result.resources.map(({ json }) => json).join('\n') };
}
