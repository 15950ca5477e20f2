import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openMemberRecord } from '../adapters/roster/member-records.ts';
import { generateMember } from '../fixtures/generate-member.ts';
import { payloadBytes } from '../fixtures/payload-formats.ts';
import { rosterCsv } from '../fixtures/write-roster.ts';
import { launchBatch } from '../operations/launch-batch.ts';
import type { SendProfile } from '../schemas/counterpart.ts';
import type { BatchId, TransferId } from '../schemas/ids.ts';
import type { World } from '../test/support/open-world.ts';
import { untilState } from '../test/support/until-state.ts';

/** Launches a batch that sends, and waits until every member awaits its token: planned, validated, sealed, asked for. */
export async function launchSend(
  world: World,
  { members, resources }: { readonly members: number; readonly resources: number },
): Promise<BatchId> {
  const folder = join(world.directory, 'roster', 'send');
  mkdirSync(folder, { recursive: true });
  const rows = Array.from({ length: members }, (_, index) => {
    const { record, resources: payload } = generateMember({ seed: 5, index, size: resources });
    const source = `member-${index}.json`;
    writeFileSync(join(folder, source), payloadBytes(payload, 'collection'));
    const { family, given, birthDate, previousMemberId, zip, email } = record;
    const row = { family, given, birth_date: birthDate, previous_member_id: previousMemberId, zip, email };
    return { ...row, row_id: `row-${index}`, source };
  });
  const rosterFile = join(folder, 'roster.csv');
  writeFileSync(rosterFile, rosterCsv(rows));
  const launch = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilState(world, batchId, 'approval-requested', members, 6_000);
  return batchId;
}

/** A write token for the member of a transfer. */
export async function writeTokenFor({ dataDir, admin }: World, transferId: TransferId): Promise<string> {
  const { recordObject } = await dataDir.ledger.transfers.get(transferId);
  const { given, family, birthDate, previousMemberId } = await openMemberRecord(dataDir, { recordObject });
  const name = `${given} ${family}`;
  return (await admin.mintToken({ name, birthDate, previousMemberId })).accessToken;
}

export function sendProfileOf({ profile }: World): SendProfile {
  const { send } = profile.profile;
  if (send === undefined) throw new Error('the profile cannot send');
  return send;
}
