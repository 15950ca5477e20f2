import type { Plan, PlannedBundle } from '../../schemas/plan.ts';
import { openOrdinals, type WriteAccount } from '../accounting/write-account.ts';

export type NextWrite =
  | { readonly kind: 'post'; readonly bundle: PlannedBundle; readonly ordinals: readonly number[] }
  /** These can never be linked with what they refer to, whatever comes. */
  | { readonly kind: 'withhold'; readonly ordinals: readonly number[] }
  /** Nothing can be done now. What is open waits for a decision about something unknown. */
  | { readonly kind: 'nothing' };

/** What a transfer does next, from its plan and its account alone, so that every attempt after a crash finds the same. */
export function nextWrite(plan: Plan, writes: WriteAccount): NextWrite {
  const blocked = blockedOrdinals(plan, writes);
  if (blocked.length > 0) return { kind: 'withhold', ordinals: blocked };
  for (const bundle of plan.bundles) {
    const open = openOrdinals(writes, bundle.ordinals);
    const ordinals = plan.idAssignment === 'server' ? linkable(plan, writes, open) : open;
    if (ordinals.length > 0) return { kind: 'post', bundle, ordinals };
  }
  return { kind: 'nothing' };
}

/**
 * Open resources that refer to one that is refused, withheld or accepted as unknown, or whose id the server did not say; and those
 * that refer to them. Only where the server assigns the ids: with our own, references hold whatever becomes of their targets.
 */
export function blockedOrdinals(plan: Plan, writes: WriteAccount): readonly number[] {
  if (plan.idAssignment !== 'server') return [];
  const blocked = new Set<number>();
  const isLost = (ordinal: number) => blocked.has(ordinal) || neverHasAnId(writes, ordinal);
  // References point back but within a circle, so that one round nearly always finds them all.
  for (let before = -1; blocked.size > before;) {
    before = blocked.size;
    for (const { ordinal, fate, dependsOn } of plan.resources)
      if (fate.kind === 'send' && writes.fates[ordinal] === undefined && dependsOn.some(isLost)) blocked.add(ordinal);
  }
  return [...blocked].toSorted((a, b) => a - b);
}

function neverHasAnId({ fates, storedIds }: WriteAccount, ordinal: number): boolean {
  const fate = fates[ordinal];
  return fate === 'r' || fate === 'w' || fate === 'a' || (fate === 'c' && storedIds[ordinal] === undefined);
}

/** Those that refer only to what has an id, and to each other. */
function linkable(plan: Plan, { fates, storedIds }: WriteAccount, open: readonly number[]): readonly number[] {
  let together = open;
  for (;;) {
    const names = new Set(together);
    const hasName = (ordinal: number) =>
      names.has(ordinal) || (fates[ordinal] === 'c' && storedIds[ordinal] !== undefined);
    const left = together.filter((ordinal) => plan.resources[ordinal]?.dependsOn.every(hasName) === true);
    if (left.length === together.length) return left;
    together = left;
  }
}
