import { filesSource, type PayloadSource } from '../../adapters/source/payload-source.ts';
import { serverSource } from '../../adapters/source/server/server-source.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { asObjectKey } from '../../schemas/ids.ts';
import type { SourceServer } from '../../schemas/source-server.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What a launch remembers of the operator's machine. Sealed, because people put names into paths. It names files of secrets, and holds none. */
interface LaunchNote {
  readonly sourceDir: string;
  readonly rosterName: string;
  /** The description as it was when the batch was launched; then the records are not in files. */
  readonly sourceServer?: SourceServer;
}

/** One for each batch, so that its members share an access token. */
const opened = new Map<BatchId, PayloadSource>();

/** Where the members' records of a batch come from, as it was frozen at the launch. */
export async function sourceOfBatch(
  { objects, pools, clock }: Pick<ActivityDependencies, 'objects' | 'pools' | 'clock'>,
  batchId: BatchId,
): Promise<PayloadSource> {
  const known = opened.get(batchId);
  if (known !== undefined) return known;
  const note = JSON.parse((await objects.get(asObjectKey(`launch/${batchId}`))).toString()) as LaunchNote;
  const { sourceDir, sourceServer: server } = note;
  const source =
    server === undefined ? filesSource(sourceDir) : serverSource({ server, pools: pools(server.environment), clock });
  // Another member's attempt may have been quicker; all use the one that is kept.
  const kept = opened.get(batchId) ?? source;
  opened.set(batchId, kept);
  return kept;
}
