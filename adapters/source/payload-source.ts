import type { MemberRecord } from '../../schemas/roster.ts';
import { loadPayload, type LoadedPayload } from './load-payload.ts';

/** Where members' records come from: files, or a FHIR server of ours. */
export interface PayloadSource {
  /** Loads a member's whole record. A record that is not there or cannot be read throws one of the SOURCE_* failures. */
  load(record: Pick<MemberRecord, 'source' | 'previousMemberId'>): Promise<LoadedPayload>;
}

/** The records that lie as files below a folder. Errors: SOURCE_NOT_FOUND, SOURCE_INVALID. */
export function filesSource(sourceDir: string): PayloadSource {
  return { load: (record) => loadPayload({ sourceDir, record }) };
}
