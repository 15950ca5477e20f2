import { handInToken } from '../../operations/hand-in-token.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import { recordApproval } from '../../operations/record-approval.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { ForeignServer } from './foreign-server.ts';
import type { World } from './open-world.ts';
import { untilState } from './until-state.ts';

/** A roster of members, and where their records are. */
export interface Sent {
  readonly rosterFile: string;
  readonly sourceDir: string;
  readonly members: number;
}

/** Launches a roster, and plays the people: the counterpart says yes and mails each member a token of the server that others wrote. */
export async function sendToForeign(
  world: World,
  foreign: ForeignServer,
  { rosterFile, sourceDir, members }: Sent,
): Promise<BatchId> {
  const { batchId } = await launchBatch(world.operator, {
    direction: 'send',
    profile: world.profile,
    rosterFile,
    sourceDir,
    again: false,
  });
  await untilState(world, batchId, 'approval-requested', members);
  const { send } = world.profile.profile;
  if (send === undefined) throw new Error('the profile cannot send');
  for (const { transferId } of await world.dataDir.ledger.transfers.list({ batchId })) {
    await recordApproval(world.operator, { transferId, decision: 'approve' });
    await handInToken(world.operator, {
      transferId,
      accessToken: foreign.mintToken('write'),
      postBaseUrl: foreign.fhirBaseUrl,
      send,
    });
  }
  return batchId;
}
