import { pipeline } from 'node:stream/promises';

import { CarryoverError } from '../../schemas/failures.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { isRowEnd } from '../../schemas/states.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { frozenProfile } from '../profile/frozen-profile.ts';
import { deliveredMembers } from './delivered-members.ts';
import { openDeliveryFiles, type DeliveryFiles } from './delivery-files.ts';
import { besides, deliveryManifest, manifestName, type ManifestOf, type UpdateFacts } from './delivery-manifest.ts';
import type { DeliveryTarget, UnfinishedDelivery } from './delivery-target.ts';
import { addUpdateFacts, noUpdateFacts } from './update-facts.ts';

export interface DeliverBatch {
  readonly batchId: BatchId;
  readonly target: DeliveryTarget;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  /** Told after each member. */
  onMember(count: number): void;
}

export interface Delivered {
  /** Whether every row had ended. */
  readonly complete: boolean;
  /** Rows of the roster that are recorded; of them, those that have ended; of these, those with a record. */
  readonly recorded: number;
  readonly ended: number;
  readonly stored: number;
  readonly resources: number;
  readonly outcomes: number;
}

/**
 * Writes what is stored of a receive batch: NDJSON per type, what was found beside it, members.csv and a manifest. Sorted by type,
 * member (line of the roster) and id; one member is in memory at a time. Throws PROFILE_DIRECTION_MISSING for a batch that sends,
 * and OBJECTS_PURGED.
 */
export async function deliverBatch(delivery: DeliverBatch): Promise<Delivered> {
  const { ledger, batchId } = delivery;
  const batch = await ledger.batches.get(batchId);
  const { receive } = await frozenProfile(delivery, batchId);
  if (batch.direction !== 'receive' || receive === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  const source = receive.fhirBaseUrl;
  const unfinished = await delivery.target.begin();
  const files = await openDeliveryFiles(unfinished);
  try {
    const { update, ...rows } = await writeMembers(delivery, files, source);
    const facts = await files.close();
    const complete = batch.launched && rows.recorded === batch.rows && rows.ended === batch.rows;
    const { counterpartId, createdAt } = batch;
    const manifest = { batchId, counterpartId, source, transactionTime: createdAt, complete, files: facts };
    const urlsBegin = unfinished.settle(facts);
    await writeManifest(unfinished, {
      ...manifest,
      urlsBegin,
      rows: { total: batch.rows ?? rows.recorded, ...rows },
      ...(batch.update !== undefined && { update }),
    });
    await unfinished.finish();
    const countOf = (name: string): number => facts.get(name)?.count ?? 0;
    return { complete, ...rows, resources: countOf(besides.attribution), outcomes: countOf(besides.outcomes) };
  } finally {
    files.abandon();
    await unfinished.discard();
  }
}

interface Rows {
  readonly recorded: number;
  readonly ended: number;
  readonly stored: number;
  readonly update: UpdateFacts;
}

async function writeMembers(delivery: DeliverBatch, files: DeliveryFiles, source: string): Promise<Rows> {
  let rows: Rows = { recorded: 0, ended: 0, stored: 0, update: noUpdateFacts };
  for await (const content of deliveredMembers(delivery, delivery.batchId)) {
    await files.writeMember(content, source);
    const { state } = content.transfer;
    rows = {
      recorded: rows.recorded + 1,
      ended: rows.ended + (isRowEnd(state) ? 1 : 0),
      stored: rows.stored + (state === 'stored' ? 1 : 0),
      update: addUpdateFacts(rows.update, content),
    };
    delivery.onMember(rows.recorded);
  }
  return rows;
}

async function writeManifest(unfinished: UnfinishedDelivery, manifest: ManifestOf): Promise<void> {
  const text = `${JSON.stringify(deliveryManifest(manifest), undefined, 2)}\n`;
  await pipeline([text], unfinished.createFile(manifestName));
}
