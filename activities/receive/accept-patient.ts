import { openMemberRecord } from '../../adapters/roster/member-records.ts';
import { matchMemberId, type MemberIdMatch } from '../../domain/payload/match-member-id.ts';
import { matchPatient } from '../../domain/payload/match-patient.ts';
import type { FailureCode } from '../../schemas/failures.ts';
import type { SliceEnd } from '../slice-limits.ts';
import { noteFinding } from './note-finding.ts';
import type { ReadJob } from './read-job.ts';
import { readPage } from './read-pages.ts';

export type PatientAccepted =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: FailureCode }
  | { readonly kind: 'ended'; readonly end: SliceEnd };

/**
 * Reads the Patient and compares it with the roster row, and of an update with the Patient of before, before anything of the
 * record is kept. A mismatch keeps nothing.
 */
export async function acceptPatient(job: ReadJob): Promise<PatientAccepted> {
  if (job.pages.of('Patient').length > 0) return { kind: 'accepted' };
  const askedAtMs = job.clock();
  const read = await readPage(job, 'Patient');
  if (read.kind === 'ended') return read;
  const { content, answeredAtMs } = read.answer;
  const patients = content.resources.filter(({ resourceType }) => resourceType === 'Patient');
  const [patient] = patients;
  if (patient === undefined || patients.length > 1 || content.nextUrl !== undefined)
    return refuse(job, 'PATIENT_AMBIGUOUS', `patients-read-${patients.length}`);

  const record = await openMemberRecord(job, await job.ledger.transfers.get(job.transferId));
  const match = matchPatient(record, patient);
  if (match.kind === 'other')
    return refuse(job, 'PATIENT_MISMATCH', `patient-differs-in-${match.differs.replace(' ', '-')}`);
  const before = job.earlier?.patientId;
  if (before !== undefined && patient.id !== before) return refuse(job, 'PATIENT_CHANGED', 'patient-id-differs');
  const memberId = matchMemberId(record.previousMemberId, patient, { system: job.receive.memberIdSystem });
  // Before the page: once that is there, nobody compares again.
  await noteCompared(job, match.givenNameDiffers ? 'differs' : 'same', memberId);
  // Everything else is read after this, so that what changes from now on is in the next update.
  const started = {
    at: new Date(answeredAtMs ?? askedAtMs).toISOString(),
    clock: answeredAtMs === undefined ? 'own' : 'counterpart',
  } as const;
  await job.pages.add('Patient', content, { started });
  return { kind: 'accepted' };
}

/** What need not be equal is compared for the report: it stops nothing by itself. */
async function noteCompared(job: ReadJob, givenName: 'same' | 'differs', memberId: MemberIdMatch): Promise<void> {
  const body = { kind: 'patient-compared', givenName, memberId } as const;
  await job.ledger.append(
    job.transferId,
    { subject: '', tryNumber: 1, actor: 'worker', body },
    // Read again after a crash, the Patient may have changed.
    { firstStands: true },
  );
  if (givenName === 'differs') await noteFinding(job, 'patient-differs-in-given-name', 1);
  if (memberId === 'differs') await noteFinding(job, 'patient-differs-in-member-id', 1);
  if (memberId === 'absent') await noteFinding(job, 'patient-without-member-id', 1);
}

async function refuse(job: ReadJob, reason: FailureCode, found: string): Promise<PatientAccepted> {
  await noteFinding(job, found, 1);
  return { kind: 'refused', reason };
}
