import { Option, type Command } from 'commander';

import { readRoster } from '../../adapters/roster/read-roster.ts';
import {
  summarizePlan,
  type PlannedRow,
  type PlanRemarks,
  type PlanSummary,
} from '../../domain/report/plan-summary.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { Direction } from '../../schemas/ids.ts';
import type { RosterRow } from '../../schemas/roster.ts';
import { defineCommand } from '../command.ts';
import { loadCounterpart } from '../counterpart-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { namingFile } from '../naming-file.ts';
import { withRowPlanner, type PlanMember } from '../row-planner.ts';
import { addSourceOptions, withPayloadSource, type SourceOptions } from '../source-option.ts';
import { indented, textTable } from '../text-table.ts';

interface PlanOptions extends SourceOptions {
  readonly roster: string;
  readonly counterpart: string;
  readonly direction?: Direction;
  readonly showRowIds?: boolean;
}

/** `carryover plan`: what a launch would do, row by row and in sum. No Temporal, and no network but the source server where one is named; the ledger is only read. */
export const plan = defineCommand<PlanOptions>({
  afterFailure: 'Nothing was started or changed.',
  configure(command: Command) {
    addSourceOptions(command)
      .requiredOption('--roster <file>', 'the roster, CSV, plain or gzip')
      .requiredOption('--counterpart <profile>', 'a name in the counterparts folder, or a path to a .toml file')
      .addOption(new Option('--direction <direction>', 'else send where the profile can').choices(['send', 'receive']))
      .option('--show-row-ids', 'name rows by their row_id too; it may say something about the person');
  },
  async run(context, options) {
    const { profile } = await loadCounterpart(context, options.counterpart);
    const direction = options.direction ?? (profile.send === undefined ? 'receive' : 'send');
    if (profile[direction] === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
    const planRows = async (planMember: PlanMember) => {
      const planned: PlannedRow[] = [];
      for await (const row of namingFile(options.roster, readRoster({ path: options.roster, profile }))) {
        planned.push(await planRow(row, planMember, options.showRowIds === true));
        context.out.progress(`planned ${planned.length} rows`);
      }
      return planned;
    };
    const rows = await withPayloadSource(options, (source) =>
      withRowPlanner(context, { profile, direction, source }, planRows),
    );
    const summary = summarizePlan(rows, profile);
    context.out.result({ direction, counterpartId: profile.id, ...summary, perRow: rows }, planText(rows, summary));
    return summary.rows.good === summary.rows.total ? exitCodes.good : exitCodes.someBad;
  },
});

async function planRow(row: RosterRow, planMember: PlanMember, showRowIds: boolean): Promise<PlannedRow> {
  if (row.kind === 'invalid') {
    const { code, line, column, reason } = row.issue;
    return { line, outcome: 'invalid', code, detail: reason, ...(column === undefined ? {} : { column }) };
  }
  const named = { line: row.line, ...(showRowIds ? { rowId: row.record.rowId } : {}) };
  return { ...named, ...(await planMember(row.record)) };
}

function planText(rows: readonly PlannedRow[], summary: PlanSummary): string {
  const { rows: sums, resources, byType, estimate } = summary;
  const { planned, withheld, repeats, bundles, withheldByReason } = resources;
  const sections = [
    textTable([['line', 'outcome', 'what'], ...rows.map((row) => [row.line, row.outcome, whatOf(row)])]),
    `Rows: ${sums.total}; good: ${sums.good}; refused: ${sums.refused}; invalid: ${sums.invalid}`,
    ...(planned > 0
      ? [
          `Resources: ${resources.resources}; to send: ${planned} in ${bundles} bundles; withheld: ${withheld}; repeats: ${repeats}`,
          `To send, by type\n${countsText(byType)}`,
        ]
      : []),
    ...(withheld > 0 ? [`Withheld, by reason\n${countsText(withheldByReason)}`] : []),
    ...remarksText(summary.remarks),
    `At least ${estimate.requests} requests, about ${estimate.minutes} minutes at the pace of the profile; people's steps come on top.`,
  ];
  return sections.join('\n\n');
}

function remarksText({ dangling, cyclesBroken, warnings }: PlanRemarks): readonly string[] {
  const pairs = Object.fromEntries(dangling.map(({ from, to, count }) => [`${from} to ${to}`, count]));
  return [
    ...(dangling.length > 0 ? [`References to what is not sent, by type\n${countsText(pairs)}`] : []),
    ...(cyclesBroken > 0 ? [`Circles of references that have no order: ${cyclesBroken}`] : []),
    ...(Object.keys(warnings).length > 0 ? [`Warnings, by code\n${countsText(warnings)}`] : []),
  ];
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return indented(textTable(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function whatOf(row: PlannedRow): string {
  const id = row.rowId === undefined ? '' : `${row.rowId}: `;
  if (row.outcome === 'valid') return `${id}a valid member record`;
  if (row.outcome === 'planned') {
    const { planned, bundles, withheld, repeats } = row.counts;
    return `${id}${planned} resources in ${bundles} bundles, ${withheld} withheld, ${repeats} repeats`;
  }
  const column = row.outcome === 'invalid' && row.column !== undefined ? ` (${row.column})` : '';
  return `${id}${row.code}${column} ${row.detail}`.trimEnd();
}
