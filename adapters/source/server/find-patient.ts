import { isLogicalId } from '../../../domain/payload/logical-id.ts';
import { CarryoverError } from '../../../schemas/failures.ts';
import type { MemberRecord } from '../../../schemas/roster.ts';
import type { SourceServer } from '../../../schemas/source-server.ts';
import type { SourceReader } from './source-reader.ts';

type Wanted = Pick<MemberRecord, 'source' | 'previousMemberId'>;

/** The logical id of a row's Patient. Errors: SOURCE_NOT_FOUND, SOURCE_INVALID with a count, and those of the reader. */
export async function findPatient(server: SourceServer, reader: SourceReader, record: Wanted): Promise<string> {
  return server.patient === 'reference' ? idInSource(record) : searchByIdentifier(server, reader, record);
}

function idInSource({ source = '' }: Wanted): string {
  const [type, id = '', ...rest] = source.split('/');
  if (type !== 'Patient' || rest.length > 0 || !isLogicalId(id))
    throw new CarryoverError('SOURCE_NOT_FOUND', 'The source column does not hold Patient/<id>.');
  return id;
}

async function searchByIdentifier(server: SourceServer, reader: SourceReader, record: Wanted): Promise<string> {
  const token = `${escaped(server.identifierSystem ?? '')}|${escaped(record.previousMemberId)}`;
  const pages = await reader.readPages(
    `Patient?${new URLSearchParams({ identifier: token, _count: '10' }).toString()}`,
  );
  const found = pages.flatMap(({ resources }) => resources).filter(({ resourceType }) => resourceType === 'Patient');
  const ids = new Set(found.map(({ id }) => id));
  const [id] = ids;
  if (ids.size === 0) throw new CarryoverError('SOURCE_NOT_FOUND', 'No Patient has the member id.');
  if (ids.size > 1) throw new CarryoverError('SOURCE_INVALID', `${ids.size} Patients have the member id.`);
  if (id === undefined || !isLogicalId(id))
    throw new CarryoverError('SOURCE_INVALID', 'The Patient that was found has no id.');
  return id;
}

/** "\\", "|", "," and "$" mean something in a search parameter (FHIR R4, Search, 3.1.1.3 escaping). */
function escaped(text: string): string {
  return text.replaceAll(/[\\|,$]/g, String.raw`\$&`);
}
