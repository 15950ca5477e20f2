/** How many resources of a transfer stand where. The sum of the last six is `resources`. */
export interface ResourceCounts {
  readonly resources: number;
  /** Planned, and not attempted yet (or attempted and certainly not stored). */
  readonly open: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly unknown: number;
  readonly withheld: number;
  readonly repeats: number;
}

export const noResources: ResourceCounts = {
  resources: 0,
  open: 0,
  confirmed: 0,
  refused: 0,
  unknown: 0,
  withheld: 0,
  repeats: 0,
};

/** Adds two counts, for totals over transfers. */
export function addCounts(a: ResourceCounts, b: ResourceCounts): ResourceCounts {
  return {
    resources: a.resources + b.resources,
    open: a.open + b.open,
    confirmed: a.confirmed + b.confirmed,
    refused: a.refused + b.refused,
    unknown: a.unknown + b.unknown,
    withheld: a.withheld + b.withheld,
    repeats: a.repeats + b.repeats,
  };
}
