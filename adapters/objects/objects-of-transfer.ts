import { totalOf } from '../../domain/accounting/total-of.ts';
import { asObjectKey, type ObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { ObjectStore } from './object-store.ts';

/** Kinds of which a transfer has a folder (`member/<transfer>/…`), and those of which it has one object (`plan/<transfer>`). */
const inFolders = ['member', 'answer', 'note', 'page'] as const;
const alone = ['plan', 'record', 'remarks'] as const;

/** The sealed objects of a transfer that hold, or may hold, PHI. */
export interface ObjectsOfTransfer {
  /** How many there are of each kind. */
  readonly byKind: Readonly<Record<string, number>>;
  readonly count: number;
  /** On disk. */
  readonly bytes: number;
}

/** Looks what is kept of a transfer, without opening it. */
export async function objectsOfTransfer(objects: ObjectStore, transferId: TransferId): Promise<ObjectsOfTransfer> {
  const byKind: Record<string, number> = {};
  let bytes = 0;
  const add = async (kind: string, key: ObjectKey): Promise<void> => {
    const size = await objects.sealedBytesOf(key);
    if (size === undefined) return;
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    bytes += size;
  };
  for (const kind of inFolders) for (const key of await objects.list(`${kind}/${transferId}/`)) await add(kind, key);
  for (const kind of alone) await add(kind, asObjectKey(`${kind}/${transferId}`));
  return { byKind, count: totalOf(byKind), bytes };
}

/** Removes them all; what is gone already is fine. */
export async function deleteObjectsOfTransfer(objects: ObjectStore, transferId: TransferId): Promise<void> {
  for (const kind of inFolders) await objects.deleteFolder(`${kind}/${transferId}`);
  for (const kind of alone) await objects.delete(asObjectKey(`${kind}/${transferId}`));
}
