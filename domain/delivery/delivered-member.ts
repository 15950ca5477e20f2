import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import type { TransferState } from '../../schemas/states.ts';
import { totalOf } from '../accounting/total-of.ts';
import type { TransferProjection } from '../accounting/transfer-projection.ts';
import { csvLine } from '../report/csv-line.ts';

/** A row of the roster, as a delivery speaks of it. */
export interface DeliveredMember {
  /** Absent for a row that could not be read: its line names it. */
  readonly rowId?: string;
  readonly transfer: {
    readonly transferId: string;
    /** Line of the roster. */
    readonly line: number;
    readonly state: TransferState;
    readonly reason?: string;
    readonly projection: TransferProjection;
  };
  /** The member's Patient, as the counterpart calls it, where the record was stored. */
  readonly patientId?: string;
  readonly events: readonly LedgerEvent[];
}

/** What a delivery holds of a member. */
export interface MemberCounts {
  readonly byType: Readonly<Record<string, number>>;
  readonly outcomes: number;
}

const columns = [
  'row_id',
  'line',
  'transfer_id',
  'state',
  'reason',
  'column',
  'patient_id',
  'source',
  'resources',
  'resources_by_type',
  'repeats',
  'not_kept',
  'invalid',
  'outcomes',
  'recorded_at',
  'authorized_at',
  'stored_at',
  'ended_at',
  'earlier_transfer_id',
  'since',
  'unchanged',
  'no_longer_returned',
] as const;

/** The first line of members.csv. */
export const membersHeader = csvLine([...columns]);

/** The line of members.csv (RFC 4180) for one row. `source` is the FHIR base URL that was read. Times are ISO 8601, UTC. */
export function membersLine(member: DeliveredMember, delivered: MemberCounts, source: string): string {
  const { transfer, events } = member;
  const { projection } = transfer;
  const stored = storedOf(events);
  const cells: Readonly<Record<(typeof columns)[number], string | number>> = {
    row_id: member.rowId ?? '',
    line: transfer.line,
    transfer_id: transfer.transferId,
    state: transfer.state,
    reason: transfer.reason ?? '',
    column: projection.column ?? '',
    patient_id: member.patientId ?? '',
    source,
    resources: totalOf(delivered.byType),
    resources_by_type: Object.entries(delivered.byType)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, count]) => `${type}=${count}`)
      .join(';'),
    repeats: projection.readAgain,
    not_kept: totalOf(projection.dropped),
    invalid: stored?.invalid ?? 0,
    outcomes: delivered.outcomes,
    recorded_at: timeOf(events, 'recorded'),
    authorized_at: timeOf(events, 'authorized'),
    stored_at: timeOf(events, 'stored'),
    ended_at: timeOf(events, 'closed'),
    earlier_transfer_id: projection.earlier?.transferId ?? '',
    since: stored?.update?.since ?? '',
    unchanged: stored?.update?.unchanged ?? '',
    no_longer_returned: stored?.update?.noLongerReturned ?? '',
  };
  return csvLine(columns.map((column) => String(cells[column])));
}

/** The event that says what was stored of the member. */
export function storedOf(events: readonly LedgerEvent[]): StoredBody | undefined {
  return events.map(({ body }) => body).find((body): body is StoredBody => body.kind === 'stored');
}

type StoredBody = Extract<LedgerEvent['body'], { kind: 'stored' }>;

/** When something happened last; empty where it did not. */
function timeOf(events: readonly LedgerEvent[], kind: LedgerEvent['body']['kind']): string {
  return events.findLast(({ body }) => body.kind === kind)?.at ?? '';
}
