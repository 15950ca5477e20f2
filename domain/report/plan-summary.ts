import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import type { PlanCounts } from '../../schemas/ledger-events.ts';
import type { Plan } from '../../schemas/plan.ts';

type CountsByName = Readonly<Record<string, number>>;

/** What a plan says about references and validation, beside its counts. */
export type PlanRemarks = Pick<Plan, 'dangling' | 'cyclesBroken' | 'warnings'>;

/** What `carryover plan` finds for one row. Named by its line; the row id only where it was asked for. */
export type PlannedRow = {
  readonly line: number;
  readonly rowId?: string;
} & (
  | ({ readonly outcome: 'planned'; readonly counts: PlanCounts; readonly byType: CountsByName } & PlanRemarks)
  /** Receive: nothing can be known before the member authorized. */
  | { readonly outcome: 'valid' }
  | { readonly outcome: 'refused'; readonly code: string; readonly detail: string }
  | { readonly outcome: 'invalid'; readonly code: string; readonly column?: string; readonly detail: string }
);

/** The plan of a roster, in sum. */
export interface PlanSummary {
  readonly rows: {
    readonly total: number;
    readonly good: number;
    readonly refused: number;
    readonly invalid: number;
  };
  readonly resources: PlanCounts;
  /** Resources that would be sent, by type. */
  readonly byType: CountsByName;
  readonly remarks: PlanRemarks;
  /** HTTP requests at the least, and the minutes that the pace of the profile makes of them; people's steps are not in it. */
  readonly estimate: { readonly requests: number; readonly minutes: number };
}

const nothing: PlanCounts = { resources: 0, planned: 0, repeats: 0, withheld: 0, bundles: 0, withheldByReason: {} };

/** Adds the rows up. Pure. */
export function summarizePlan(rows: readonly PlannedRow[], profile: CounterpartProfile): PlanSummary {
  const planned = rows.filter((row) => row.outcome === 'planned');
  const good = rows.filter(({ outcome }) => outcome === 'planned' || outcome === 'valid').length;
  const resources = planned.map(({ counts }) => counts).reduce(addPlans, nothing);
  const requests = planned.length > 0 ? resources.bundles : good * requestsToReceive(profile);
  return {
    rows: {
      total: rows.length,
      good,
      refused: rows.filter(({ outcome }) => outcome === 'refused').length,
      invalid: rows.filter(({ outcome }) => outcome === 'invalid').length,
    },
    resources,
    byType: planned.map(({ byType }) => byType).reduce(addByName, {}),
    remarks: {
      dangling: addPairs(planned.flatMap(({ dangling }) => dangling)),
      cyclesBroken: planned.reduce((sum, { cyclesBroken }) => sum + cyclesBroken, 0),
      warnings: planned.map(({ warnings }) => warnings).reduce(addByName, {}),
    },
    estimate: { requests, minutes: minutesAt(requests, profile.pacing.requestsPerSecond) },
  };
}

/** One exchange, the Patient, and a page of each type. */
function requestsToReceive({ receive }: CounterpartProfile): number {
  return receive === undefined ? 0 : 2 + receive.resourceTypes.filter((type) => type !== 'Patient').length;
}

/** Minutes, rounded up to a tenth. */
function minutesAt(requests: number, requestsPerSecond: number): number {
  return Math.ceil((requests / requestsPerSecond / 60) * 10) / 10;
}

function addPlans(a: PlanCounts, b: PlanCounts): PlanCounts {
  return {
    resources: a.resources + b.resources,
    planned: a.planned + b.planned,
    repeats: a.repeats + b.repeats,
    withheld: a.withheld + b.withheld,
    bundles: a.bundles + b.bundles,
    withheldByReason: addByName(a.withheldByReason, b.withheldByReason),
  };
}

/** One for each pair of types, in their order. */
function addPairs(pairs: Plan['dangling']): Plan['dangling'] {
  const names = [...new Set(pairs.map(({ from, to }) => `${from} ${to}`))].toSorted();
  return names.map((name) => {
    const [from = '', to = ''] = name.split(' ');
    const alike = pairs.filter((pair) => pair.from === from && pair.to === to);
    return { from, to, count: alike.reduce((sum, { count }) => sum + count, 0) };
  });
}

function addByName(a: CountsByName, b: CountsByName): CountsByName {
  const total: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) total[name] = (total[name] ?? 0) + count;
  return total;
}
