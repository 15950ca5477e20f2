import type { SendProfile } from '../../schemas/counterpart.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { CounterpartId } from '../../schemas/ids.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { MemberRecord } from '../../schemas/roster.ts';
import type { AlreadySent } from './already-sent.ts';
import { assemblePlan, countByReason } from './assemble-plan.ts';
import { bundleFormats } from './bundle-format.ts';
import { callerIds } from './caller-ids.ts';
import { checkPatient } from './check-patient.ts';
import { decideFates, whyTypeIsWithheld } from './decide-fates.ts';
import { distinctResources, type KeyedHash } from './distinct-resources.ts';
import { prepareResource, type PreparedResource } from './prepare-resource.ts';
import { referenceIndex } from './reference-index.ts';
import type { SourceResource } from './source-resource.ts';
import { type Validate, validationGate } from './validation-gate.ts';
import { withholdDependents } from './withhold-dependents.ts';

/** What the counterpart profile, and the transfer, say about a plan. */
export interface PlanPolicy extends Pick<
  SendProfile,
  'acceptedTypes' | 'idAssignment' | 'singlePosts' | 'maxEntries' | 'maxBytes'
> {
  readonly counterpartId: CounterpartId;
  /** Keyed hash of the member: resource ids of two members never collide. */
  readonly memberKey: string;
  readonly validation: SendProfile['validation']['policy'];
}

/** What of the member's resources the counterpart has confirmed already, in whatever earlier transfer. */
export type FindAlreadySent = () => AlreadySent | Promise<AlreadySent>;

export interface PlanPayloadInput {
  readonly resources: readonly SourceResource[];
  readonly record: MemberRecord;
  readonly policy: PlanPolicy;
  readonly keyedHash: KeyedHash;
  readonly alreadySent: FindAlreadySent;
  readonly validate: Validate;
}

export type PlanResult =
  | { readonly kind: 'planned'; readonly plan: Plan }
  /** A business no. The detail holds counts, types and places, never content. */
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly detail: string };

/**
 * Decides what of a member's record is posted, in which order and bundles, and what is withheld and why. Touches nothing but what
 * it is given; the same input gives the same bytes.
 */
export async function planPayload(input: PlanPayloadInput): Promise<PlanResult> {
  const { record, policy, keyedHash } = input;
  const { idAssignment, singlePosts } = policy;
  const found = distinctResources(input.resources, keyedHash);
  if (found.kind === 'conflict') return refused('SOURCE_CONFLICT', found.detail);
  const resolve = referenceIndex(found.distinct);
  const patient = checkPatient(record, found.distinct, resolve);
  if (patient.kind === 'refused') return patient;

  const alreadySent = await input.alreadySent();
  const naming = { idAssignment, resolve, identify: callerIds({ ...policy, keyedHash }), alreadySent };
  const prepared = found.distinct.map((resource) => prepareResource(resource, naming));
  const accepted = prepared.filter((resource) => whyTypeIsWithheld(resource, policy.acceptedTypes) === undefined);
  const gate = validationGate(accepted, input.validate, policy.validation);
  if (gate.kind === 'refused') return refused('VALIDATION_REFUSED', gate.detail);

  // One resource to a request is a bundle of one.
  const limits = singlePosts ? { ...policy, maxEntries: 1 } : policy;
  const format = bundleFormats[idAssignment];
  const decided = decideFates(prepared, { ...policy, limits, format, invalid: gate.invalid, alreadySent });
  const fates = idAssignment === 'server' ? withholdDependents(decided) : decided;
  if (fates.sent.length === 0) return refused('NOTHING_TO_SEND', describe(countByReason(fates.withheld)));

  const warnings = {
    ...gate.warnings,
    ...counted('patient-given-name-differs', patient.givenNameDiffers ? 1 : 0),
    ...counted('search-reference', searchReferences(fates.sent.map((sent) => sent.prepared))),
  };
  return {
    kind: 'planned',
    plan: assemblePlan(fates, { idAssignment, singlePosts, limits, repeats: found.repeats, warnings, keyedHash }),
  };
}

function searchReferences(resources: readonly PreparedResource[]): number {
  return resources.flatMap(({ references }) => references).filter(({ kind }) => kind === 'search').length;
}

function counted(code: string, count: number): Record<string, number> {
  return count > 0 ? { [code]: count } : {};
}

function refused(code: FailureCode, detail: string): PlanResult {
  return { kind: 'refused', code, detail };
}

function describe(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? '' : `Withheld: ${parts.join(', ')}.`;
}
