import type { FhirResource } from '../../schemas/fhir.ts';
import type { RecordRemark } from '../../schemas/record-remarks.ts';
import { isEndState } from '../../schemas/states.ts';
import type { DeliveredMember } from './delivered-member.ts';

/** The extensions by which an OperationOutcome of a delivery says whom and what it is about. */
const outcomeExtension = {
  /** `row_id` of members.csv; left out where the row had none that could be read. */
  rowId: 'urn:carryover:row-id',
  transferId: 'urn:carryover:transfer-id',
  /** What was found: a kind of `RecordRemark`, `not-kept`, `finding`, `row-not-stored` or `row-open`. */
  found: 'urn:carryover:found',
} as const;

interface Found {
  readonly found: string;
  readonly severity: 'error' | 'warning' | 'information';
  /** FHIR IssueType. */
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

/**
 * What a delivery says about one member beside the record, as OperationOutcomes: how a row ended that brought no record, what was
 * never kept, what was found on the way, and what the server itself remarked. Pure, in a fixed order.
 */
export function memberOutcomes(member: DeliveredMember, remarks: readonly RecordRemark[]): readonly FhirResource[] {
  const { projection } = member.transfer;
  const dropped = Object.entries(projection.dropped).toSorted(byName);
  // What has an outcome of its own below, with more in it.
  const findings = Object.entries(projection.findings).filter(
    ([name]) => !toldByRemarks.has(name) || remarks.length === 0,
  );
  return [
    ...rowOutcome(member),
    ...dropped.map(([type, count]) =>
      outcomeOf(member, 'not-kept', [
        issue('information', 'suppressed', `${count} of ${type} came and were not kept: the type is not shared.`),
      ]),
    ),
    ...findings
      .toSorted(byName)
      .map(([name, count]) =>
        outcomeOf(member, 'finding', [issue('information', 'informational', `${name}: ${count}`)]),
      ),
    ...remarks.map((remark) => remarkOutcome(member, remark)),
  ];
}

const toldByRemarks: ReadonlySet<string> = new Set([
  'outcome-in-searchset',
  'referenced-not-readable',
  'referenced-answered-otherwise',
  'id-used-twice',
  'resource-without-id',
  'no-longer-returned',
]);

const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

type Issue = Omit<Found, 'found'>;

function issue(severity: Issue['severity'], code: string, diagnostics: string): Issue {
  return { severity, code, diagnostics };
}

function rowOutcome(member: DeliveredMember): readonly FhirResource[] {
  const { state, reason, projection } = member.transfer;
  if (state === 'stored') return [];
  if (!isEndState(state))
    return [
      outcomeOf(member, 'row-open', [issue('information', 'incomplete', `The row is not at its end: ${state}.`)]),
    ];
  const where = projection.column === undefined ? undefined : `column ${projection.column}`;
  const why = [reason, where, projection.detail].filter((part) => part !== undefined).join(', ');
  const text = `The row ended as ${state}${why === '' ? '' : `: ${why}`}.`;
  return [outcomeOf(member, 'row-not-stored', [issue('error', 'processing', text)])];
}

function remarkOutcome(member: DeliveredMember, remark: RecordRemark): FhirResource {
  switch (remark.kind) {
    case 'server-outcome':
      return serverOutcome(member, remark.outcome);
    case 'type-not-given':
      return outcomeOf(member, remark.kind, [
        issue(
          'warning',
          remark.status === 403 ? 'forbidden' : 'not-supported',
          `The server does not give ${remark.resourceType} (HTTP ${remark.status}): the record holds nothing of it.`,
        ),
      ]);
    case 'reference-not-readable':
      return outcomeOf(member, remark.kind, [
        issue('warning', 'not-found', `${remark.reference} is referred to and could not be read.`),
      ]);
    case 'reference-answered-otherwise':
      return outcomeOf(member, remark.kind, [
        issue(
          'warning',
          'value',
          `${remark.reference} is referred to; another resource came in its place and was not kept.`,
        ),
      ]);
    case 'invalid-resource':
      return outcomeOf(
        member,
        remark.kind,
        remark.issues.map(({ severity, diagnostics = '', ...rest }) => ({
          ...rest,
          severity: severity === 'fatal' ? 'error' : severity,
          diagnostics: `${remark.resource}: ${diagnostics}`,
        })),
      );
    case 'id-used-twice':
      return outcomeOf(member, remark.kind, [
        issue(
          'warning',
          'duplicate',
          `${remark.resource} came with ${remark.count} different contents; all are delivered.`,
        ),
      ]);
    case 'no-longer-returned':
      return outcomeOf(member, remark.kind, [
        issue(
          'information',
          'not-found',
          `${remark.resource} was delivered before and is no longer returned; that is no proof that it was deleted.`,
        ),
      ]);
    case 'without-id':
      return outcomeOf(member, remark.kind, [
        issue(
          'warning',
          'required',
          `${remark.count} of ${remark.resourceType} came without an id; all are delivered.`,
        ),
      ]);
  }
}

function outcomeOf(member: DeliveredMember, found: string, issues: readonly Issue[]): FhirResource {
  return { resourceType: 'OperationOutcome', extension: about(member, found), issue: issues };
}

/** The server's own words, with ours before its extensions. */
function serverOutcome(member: DeliveredMember, outcome: FhirResource): FhirResource {
  const theirs: readonly unknown[] = Array.isArray(outcome['extension']) ? outcome['extension'] : [];
  return { ...outcome, extension: [...about(member, 'server-outcome'), ...theirs] };
}

function about({ rowId, transfer }: DeliveredMember, found: string): readonly object[] {
  return [
    ...(rowId === undefined ? [] : [{ url: outcomeExtension.rowId, valueString: rowId }]),
    { url: outcomeExtension.transferId, valueString: transfer.transferId },
    { url: outcomeExtension.found, valueCode: found },
  ];
}
