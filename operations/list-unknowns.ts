import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { Transfer } from '../adapters/ledger/transfer-row.ts';
import { unknownResources, type UnknownResource } from '../domain/accounting/unknown-resources.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { ObjectKey } from '../schemas/ids.ts';
import type { LedgerEvent } from '../schemas/ledger-events.ts';
import type { Plan } from '../schemas/plan.ts';

/** An unknown resource with its type, as the sealed plan has it; null where the plan is no longer there. */
export interface TypedUnknown extends UnknownResource {
  readonly resourceType: string | null;
}

/** The unknown and undecided resources of a transfer, with all that is known of each. Opens the plan for the types alone. */
export async function listUnknowns(
  { ledger, objects }: Pick<DataDir, 'ledger' | 'objects'>,
  { transferId, projection }: Transfer,
): Promise<readonly TypedUnknown[]> {
  const events = await ledger.events(transferId);
  const unknowns = unknownResources(projection.writes, events);
  if (unknowns.length === 0) return [];
  const types = await typesOf(objects, planObjectOf(events));
  return unknowns.map((unknown) => ({ ...unknown, resourceType: types.get(unknown.ordinal) ?? null }));
}

function planObjectOf(events: readonly LedgerEvent[]): ObjectKey | undefined {
  const body = events.map((event) => event.body).find(({ kind }) => kind === 'prepared');
  return body?.kind === 'prepared' ? body.planObject : undefined;
}

async function typesOf(
  objects: DataDir['objects'],
  planObject: ObjectKey | undefined,
): Promise<ReadonlyMap<number, string>> {
  if (planObject === undefined) return new Map();
  try {
    const { resources } = JSON.parse((await objects.get(planObject)).toString()) as Plan;
    return new Map(resources.map(({ ordinal, resourceType }) => [ordinal, resourceType]));
  } catch (error) {
    if (error instanceof CarryoverError && error.code === 'OBJECT_MISSING') return new Map();
    throw error;
  }
}
