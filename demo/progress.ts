import type { StatusDocument } from './cli-documents.ts';
import type { Screen } from './screen.ts';

/** Where the batches stand, as `carryover status` last said it. */
export interface Progress {
  update(status: StatusDocument): void;
  /** Rows that have not ended, as a sentence for each batch that has some. */
  stillOpen(): readonly string[];
}

/** Shows the batches as they go on: rows by state, and how much of what was planned is confirmed. */
export function openProgress(screen: Screen): Progress {
  const latest = new Map<string, StatusDocument>();
  return {
    update(status) {
      latest.set(status.batchId, status);
      screen.show([...latest.values()].filter(({ closedAt }) => closedAt === null).map(progressLine));
    },
    stillOpen: () =>
      [...latest.values()]
        .filter(({ closedAt }) => closedAt === null)
        .map(
          ({ direction, batchId, byState }) => `The ${direction} batch ${batchId} stands at: ${statesText(byState)}.`,
        ),
  };
}

const barWidth = 24;

function progressLine({ direction, byState, resources }: StatusDocument): string {
  const rows = `  ${direction === 'send' ? 'sending' : 'receiving'}  ${statesText(byState)}`;
  const planned = resources.resources - resources.withheld - resources.repeats;
  if (planned === 0) return rows;
  const done = Math.round((resources.confirmed / planned) * barWidth);
  const bar = `${'#'.repeat(done)}${'.'.repeat(barWidth - done)}`;
  return `${rows}  [${bar}] ${resources.confirmed} of ${planned} resources confirmed`;
}

function statesText(byState: StatusDocument['byState']): string {
  const states = Object.entries(byState).map(([state, count]) => `${count} ${state}`);
  return states.length === 0 ? 'no rows yet' : states.join(', ');
}
