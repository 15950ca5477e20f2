import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { updateChain } from '../../adapters/ledger/update-chain.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { openStoredRecord } from '../../adapters/records/stored-record.ts';
import { parseExact } from '../../domain/payload/exact-json.ts';
import { type HashContent, knownAfter, type KnownRecord } from '../../domain/payload/known-record.ts';
import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import type { TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { noteFinding } from './note-finding.ts';

/** What an update of a member is compared with. PHI. */
export interface EarlierRecord {
  readonly transferId: TransferId;
  /** The member's Patient, as the counterpart called it. */
  readonly patientId?: string;
  readonly known: KnownRecord;
  readonly hash: HashContent;
  /** When the earlier read began, by the counterpart's clock where it told it. ISO 8601. */
  readonly startedAt: string;
  /** Since when the changes of a type are asked for (ISO 8601); undefined where the type is read in full. */
  readonly changedSince: (resourceType: string) => string | undefined;
}

type Deps = Pick<ActivityDependencies, 'ledger' | 'objects' | 'keys'>;

/**
 * Opens what was delivered of the member before, along the whole chain of updates. Undefined for a transfer that follows none, and where
 * a part of the chain was purged after the launch: then the record is received in full, as the finding `no-earlier-record` says.
 */
export async function earlierRecord(
  deps: Deps,
  { transferId: ownId, projection }: Transfer,
  receive: ReceiveProfile,
): Promise<EarlierRecord | undefined> {
  if (projection.earlier === undefined) return undefined;
  const { transferId, batchId } = projection.earlier;
  const hash: HashContent = (canonical) => deps.keys.contentHash(Buffer.from(canonical));
  let known: KnownRecord = new Map();
  let patientId: string | undefined;
  const chain = await updateChain(deps.ledger, transferId);
  if (chain.some((one) => one.projection.purge !== undefined)) {
    await noteFinding({ ledger: deps.ledger, transferId: ownId }, 'no-earlier-record', 1);
    return undefined;
  }
  for (const one of chain) {
    const { lines, remarks } = await openStoredRecord(deps, one.transferId);
    const stored = lines.map((line) => parseExact(line) as FhirResource);
    known = knownAfter(known, { stored, unchanged: remarks.unchanged ?? [] }, hash);
    ({ patientId } = remarks);
  }
  const events = await deps.ledger.events(transferId);
  const startedAt = startOfRead(events);
  const sameServer = (await frozenProfile(deps, batchId)).receive?.fhirBaseUrl === receive.fhirBaseUrl;
  const readBefore = new Set(
    events.flatMap(({ body }) => (body.kind === 'page-read' && body.notGiven === undefined ? [body.resourceType] : [])),
  );
  // The Patient says whose record it is, changed or not.
  readBefore.delete('Patient');
  const since = new Date(Date.parse(startedAt) - receive.lastUpdatedMarginSeconds * 1000).toISOString();
  return {
    transferId,
    ...(patientId !== undefined && { patientId }),
    known,
    hash,
    startedAt,
    changedSince: (type) => (receive.lastUpdated && sameServer && readBefore.has(type) ? since : undefined),
  };
}

/** Reads of versions before this one did not note it: their first page was answered at about that time. */
function startOfRead(events: readonly LedgerEvent[]): string {
  const first = events.find(({ body }) => body.kind === 'page-read');
  const noted = first?.body.kind === 'page-read' ? first.body.started?.at : undefined;
  return noted ?? first?.at ?? new Date(0).toISOString();
}
