import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { requiredRosterColumns, type RosterColumn, rosterColumns } from '../../schemas/roster.ts';

export interface RosterHeader {
  /** Where each column stands in a row. */
  readonly positions: ReadonlyMap<RosterColumn, number>;
  /** Cells of a row. */
  readonly width: number;
}

/**
 * What the first row of a roster says. A refusal names only our own columns and positions: where a file has no header at all,
 * its first row is a member.
 */
export type HeaderMapping =
  | { readonly kind: 'mapped'; readonly header: RosterHeader }
  | { readonly kind: 'refused'; readonly detail: string; readonly column?: RosterColumn };

/** Finds the columns of a roster in its header, by name or by the profile's alias; case, spaces and dashes do not matter, further columns are left alone. */
export function mapHeader(cells: readonly string[], aliases: CounterpartProfile['roster']['aliases']): HeaderMapping {
  const names = cells.map(normalized);
  const repeated = names.findIndex((name, index) => name !== '' && names.indexOf(name) < index);
  if (repeated >= 0) return repeatedName(names, repeated);

  const positions = new Map<RosterColumn, number>();
  for (const column of rosterColumns) {
    const found = [...new Set([column, normalized(aliases[column] ?? column)])].filter((name) => names.includes(name));
    if (found.length > 1)
      return { kind: 'refused', column, detail: `The column ${column} is there by its name and by its alias.` };
    if (found[0] !== undefined) positions.set(column, names.indexOf(found[0]));
    else if (requiredRosterColumns.includes(column))
      return { kind: 'refused', column, detail: `The column ${column} is missing.` };
  }
  return { kind: 'mapped', header: { positions, width: cells.length } };
}

function repeatedName(names: readonly string[], index: number): HeaderMapping {
  const column = rosterColumns.find((name) => name === names[index]);
  const detail = `Column ${index + 1} of the file has the name of column ${names.indexOf(names[index] ?? '') + 1}.`;
  return { kind: 'refused', detail, ...(column && { column }) };
}

function normalized(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
