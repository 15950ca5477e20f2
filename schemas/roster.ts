/** The columns of a roster; `email` and `source` are optional. A profile may name aliases for each. */
export const rosterColumns = [
  'row_id',
  'family',
  'given',
  'birth_date',
  'previous_member_id',
  'zip',
  'email',
  'source',
] as const;

export type RosterColumn = (typeof rosterColumns)[number];

export const requiredRosterColumns: readonly RosterColumn[] = rosterColumns.slice(0, 6);

/** One valid row of a roster: PHI, only ever kept sealed. The fields are what the seed's member-info e-mail asks for. */
export interface MemberRecord {
  readonly rowId: string;
  readonly family: string;
  readonly given: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly previousMemberId: string;
  readonly zip: string;
  readonly email?: string;
  /** Send: the file or folder of the member's record, relative to the source directory; or `Patient/<id>` at the source server. */
  readonly source?: string;
}

/** Why a row is not a member record. Says where, never what the cell holds. */
export interface RosterIssue {
  readonly code: 'ROW_INVALID' | 'ROW_DUPLICATE';
  /** 1-based line of the file on which the row starts. */
  readonly line: number;
  readonly column?: RosterColumn;
  /** A sentence without data, such as `birth_date is not a calendar date (YYYY-MM-DD)`. */
  readonly reason: string;
}

/** What reading one row gives: a member record or an issue; both have their line, so that every row has an end. */
export type RosterRow =
  | { readonly kind: 'member'; readonly rowNumber: number; readonly line: number; readonly record: MemberRecord }
  | { readonly kind: 'invalid'; readonly rowNumber: number; readonly line: number; readonly issue: RosterIssue };
