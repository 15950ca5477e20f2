import type { ReportDocument } from './cli-documents.ts';
import type { Check } from './reconcile.ts';

const resourceSums = {
  receive: 'resources read = stored + never kept + repeats',
  send: 'resources in = confirmed + refused + unknown + withheld + repeats',
};

/** Adds up the sums of a report once more, from its own numbers. */
export function sumsCheck(
  direction: 'receive' | 'send',
  { rows, resources, equations, addsUp }: ReportDocument,
): Check {
  const { confirmed, refused, unknown, withheld, repeats } = resources;
  const ends = confirmed + refused + unknown + withheld + repeats;
  const rowEnds = Object.values(rows.byState).reduce((sum, count) => sum + count, 0);
  const sums = equations.map(({ left, parts }) => left - Object.values(parts).reduce((sum, part) => sum + part, 0));
  return {
    name: `${direction}: rows in = sum of their ends; ${resourceSums[direction]}`,
    holds: addsUp && rows.total === rowEnds && resources.resources === ends && sums.every((rest) => rest === 0),
    found: equations.map(({ left, parts }) => `${left} = ${Object.values(parts).join(' + ')}`).join('; '),
  };
}
