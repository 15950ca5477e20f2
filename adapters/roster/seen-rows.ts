import { hash } from 'node:crypto';

import { foldName } from '../../domain/roster/fold-name.ts';
import type { MemberRecord, RosterIssue } from '../../schemas/roster.ts';

/** Remembers the rows of one roster by 16-byte hashes, so that a million rows fit into memory; says where a row was seen before. */
export function seenRows() {
  const rows = new Map<string, number>();
  const members = new Map<string, number>();

  return {
    /** The issue, where this row id or this member stood on an earlier line; else the row is remembered. */
    duplicate(record: MemberRecord, line: number): RosterIssue | undefined {
      const row = shortHash(record.rowId);
      const member = shortHash(
        JSON.stringify([foldName(record.family), foldName(record.given), record.birthDate, record.previousMemberId]),
      );
      const rowLine = rows.get(row);
      if (rowLine !== undefined)
        return { ...duplicateAt(line), column: 'row_id', reason: `The row_id is on line ${rowLine} already.` };
      const memberLine = members.get(member);
      if (memberLine !== undefined)
        return { ...duplicateAt(line), reason: `The member is on line ${memberLine} already.` };
      rows.set(row, line);
      members.set(member, line);
      return undefined;
    },
  };
}

function duplicateAt(line: number): { readonly code: 'ROW_DUPLICATE'; readonly line: number } {
  return { code: 'ROW_DUPLICATE', line };
}

function shortHash(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 16).toString('latin1');
}
