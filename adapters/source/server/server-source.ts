import { CarryoverError } from '../../../schemas/failures.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import { readResource } from '../../fhir/fhir-reader.ts';
import type { LoadedPayload } from '../load-payload.ts';
import type { PayloadSource } from '../payload-source.ts';
import { findPatient } from './find-patient.ts';
import { isReferenced, readReferenced } from './read-referenced.ts';
import { openSourceReader, type SourceReader, type SourceServerOptions } from './source-reader.ts';

/**
 * The records that a FHIR server of ours holds. One such source keeps one token for all its members. Errors of `load`:
 * SOURCE_UNREACHABLE (may pass), SOURCE_AUTH, SOURCE_NOT_FOUND, SOURCE_INVALID, SOURCE_OTHER_PATIENT.
 */
export function serverSource(options: SourceServerOptions): PayloadSource {
  const { server } = options;
  const reader = openSourceReader(options);
  return {
    async load(record) {
      const patientId = await findPatient(server, reader, record);
      const answers =
        server.retrieval === 'everything'
          ? await readEverything(server, reader, patientId)
          : await readByType(server, reader, patientId);
      refuseOtherPatient(answers.flat(), patientId);
      return payloadOf(server, answers);
    },
  };
}

/** One list of resources for each answer. */
type Answers = readonly (readonly FhirResource[])[];

async function readEverything({ pageSize }: SourceServer, reader: SourceReader, patientId: string): Promise<Answers> {
  const pages = await reader.readPages(`Patient/${patientId}/$everything?_count=${pageSize}`);
  return pages.map(({ resources }) => resources);
}

/** The Patient, what a search by patient finds, then what all that refers to. */
async function readByType(server: SourceServer, reader: SourceReader, patientId: string): Promise<Answers> {
  const patient = await reader.ask((fhir) => readResource(fhir, `Patient/${patientId}`));
  if (patient === undefined) throw new CarryoverError('SOURCE_NOT_FOUND', 'The source server has no such Patient.');
  const answers: (readonly FhirResource[])[] = [[patient]];
  for (const type of server.resourceTypes.filter((each) => !isReferenced(each))) {
    const pages = await reader.readPages(`${type}?patient=${patientId}&_count=${server.pageSize}`);
    answers.push(...pages.map(({ resources }) => resources));
  }
  return [...answers, await readReferenced(server, reader, answers.flat())];
}

/** Whether the Patient is the member is for the plan to say; that it is the one asked for is said here. */
function refuseOtherPatient(resources: readonly FhirResource[], patientId: string): void {
  const patients = resources.filter(({ resourceType }) => resourceType === 'Patient');
  if (patients.some(({ id }) => id !== patientId))
    throw new CarryoverError('SOURCE_OTHER_PATIENT', 'The source server answered with another Patient than asked for.');
}

/** An answer counts as a file: places in messages are `entry 3 of file 2`, the third resource of the second answer. */
function payloadOf({ fhirBaseUrl }: SourceServer, answers: Answers): LoadedPayload {
  const resources = answers.flatMap((answer, page) =>
    answer.map((resource, index) => ({
      resource,
      ...(resource.id !== undefined && { fullUrl: `${fhirBaseUrl}/${resource.resourceType}/${resource.id}` }),
      place: { file: page + 1, entry: index + 1 },
    })),
  );
  return { resources, files: answers.length };
}
