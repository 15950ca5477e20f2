import { backgroundResources } from './record/background.ts';
import { nonClinicalResources } from './record/non-clinical.ts';
import { patientResource } from './record/patient.ts';
import { type RecordedResource, createRecordContext } from './record/record-context.ts';
import { visitResources } from './record/visit.ts';

export interface MemberRecord {
  readonly patient: RecordedResource;
  /** Patient and clinical resources, with the Organizations, Practitioners and Locations that they refer to. */
  readonly clinical: readonly RecordedResource[];
  /** "These non-clinical resources are not shared" (seed): kept for the switch that shares them all the same. */
  readonly nonClinical: readonly RecordedResource[];
}

/** A member's synthetic record, US Core shaped; the same member gives the same bytes. */
export function buildMemberRecord(member: Parameters<typeof createRecordContext>[0]): MemberRecord {
  const context = createRecordContext(member);
  const patient = patientResource(context);
  const visits = Array.from({ length: member.visits }, (_, number) => visitResources(context, number)).flat();
  return {
    patient,
    clinical: [patient, ...backgroundResources(context), ...visits],
    nonClinical: nonClinicalResources(context),
  };
}
