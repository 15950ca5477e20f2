import type { Plan, PlannedResource } from '../../schemas/plan.ts';

/** A plan without anything of a resource but its type, keyed hashes, ids at the counterpart and fate. */
export function withoutContent(plan: Plan): Plan {
  return { ...plan, resources: plan.resources.map(bare) };
}

function bare({ fate, ...planned }: PlannedResource): PlannedResource {
  const plainFate = fate.kind === 'withhold' ? ({ kind: fate.kind, reason: fate.reason } as const) : fate;
  return { ...planned, fate: plainFate, json: '' };
}
