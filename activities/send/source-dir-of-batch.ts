import type { BatchId } from '../../schemas/ids.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What a launch remembers of the operator's machine. Sealed, because people put names into paths. */
export interface LaunchNote {
  readonly sourceDir: string;
  readonly rosterName: string;
}

/** The folder in which the members' records are looked for. */
export async function sourceDirOfBatch(
  { objects }: Pick<ActivityDependencies, 'objects'>,
  batchId: BatchId,
): Promise<string> {
  const note = JSON.parse((await objects.get(asObjectKey(`launch/${batchId}`))).toString()) as LaunchNote;
  return note.sourceDir;
}
