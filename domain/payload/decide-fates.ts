import { nonClinicalTypes } from '../../schemas/fhir.ts';
import type { WithheldReason } from '../../schemas/plan.ts';
import type { AlreadySent, SentBefore } from './already-sent.ts';
import type { BundleFormat } from './bundle-format.ts';
import { type BundleLimits, isTooLarge } from './pack-bundles.ts';
import type { PreparedResource } from './prepare-resource.ts';

export interface WithheldResource {
  readonly prepared: PreparedResource;
  readonly reason: WithheldReason;
  readonly detail?: string;
  /** Already sent: under which id the counterpart has it, where that is known. */
  readonly sentBefore?: SentBefore;
}

export interface SentResource {
  readonly prepared: PreparedResource;
  /** UTF-8 bytes of its entry in a bundle, at the most. */
  readonly entryBytes: number;
}

/** Which resources are sent, and which are withheld and why. Both keep the order of the source. */
export interface Fates {
  readonly sent: readonly SentResource[];
  readonly withheld: readonly WithheldResource[];
}

/** True where the counterpart takes the type: it cannot create Provenance and Binary, and non-clinical types are not shared (seed). */
export function whyTypeIsWithheld(
  { resource: { resourceType } }: PreparedResource,
  acceptedTypes: readonly string[],
): WithheldReason | undefined {
  if (acceptedTypes.includes(resourceType)) return undefined;
  return nonClinicalTypes.some((type) => type === resourceType) ? 'not-clinical' : 'type-not-accepted';
}

/** Gives every resource its fate: by type, by validation, by what the counterpart has already, by size. The first reason counts. */
export function decideFates(
  resources: readonly PreparedResource[],
  by: {
    readonly acceptedTypes: readonly string[];
    readonly invalid: ReadonlyMap<PreparedResource, string>;
    readonly alreadySent: AlreadySent;
    readonly limits: BundleLimits;
    readonly format: BundleFormat;
  },
): Fates {
  const sent: SentResource[] = [];
  const withheld: WithheldResource[] = [];
  for (const prepared of resources) {
    const typeReason = whyTypeIsWithheld(prepared, by.acceptedTypes);
    const issue = by.invalid.get(prepared);
    const sentBefore = by.alreadySent.get(prepared.resourceKey);
    const entryBytes = by.format.entryBytes(prepared);
    if (typeReason !== undefined) withheld.push({ prepared, reason: typeReason });
    else if (issue !== undefined) withheld.push({ prepared, reason: 'invalid', detail: issue });
    else if (sentBefore !== undefined)
      withheld.push({ prepared, reason: sentBefore.acceptedUnknown ? 'maybe-sent' : 'already-sent', sentBefore });
    else if (isTooLarge(entryBytes, by.limits, by.format.frameBytes))
      withheld.push({ prepared, reason: 'too-large', detail: `${entryBytes} bytes` });
    else sent.push({ prepared, entryBytes });
  }
  return { sent, withheld };
}
