import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { rosterCsv } from '../../fixtures/write-roster.ts';
import type { TestMember } from '../../sandbox/members/test-members.ts';
import type { World } from './open-world.ts';

export interface ReceiveRoster {
  readonly rosterFile: string;
  /** In the order of the rows. */
  readonly previousMemberIds: readonly string[];
}

/** The members that the sandbox generated. */
export async function generatedMembersOf({ admin }: World): Promise<readonly TestMember[]> {
  return (await admin.members()).filter(({ memberId }) => memberId.startsWith('load-'));
}

/** Writes a roster of these members, or of those that the sandbox generated. */
export async function writeReceiveRoster(world: World, some?: readonly TestMember[]): Promise<ReceiveRoster> {
  const members = some ?? (await generatedMembersOf(world));
  const rows = members.map(({ firstName, lastName, birthDate, memberId, postalCode }, index) => ({
    row_id: `row-${index}`,
    family: lastName,
    given: firstName,
    birth_date: birthDate,
    previous_member_id: memberId,
    zip: postalCode,
    email: '',
    source: '',
  }));
  const rosterFile = join(world.directory, 'roster', 'receive.csv');
  await writeFile(rosterFile, rosterCsv(rows));
  return { rosterFile, previousMemberIds: members.map(({ memberId }) => memberId) };
}
