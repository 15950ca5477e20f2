/** Lays rows out in columns: two spaces between them, numbers to the right. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, String(cell).length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => aligned(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function aligned(cell: string | number, width: number): string {
  return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
}

/** Sets every line of a text in by two spaces. */
export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
