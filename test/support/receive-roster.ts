import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { rosterCsv } from '../../fixtures/write-roster.ts';
import type { World } from './open-world.ts';

export interface ReceiveRoster {
  readonly rosterFile: string;
  /** In the order of the rows. */
  readonly previousMemberIds: readonly string[];
}

/** Writes a roster of the members that the sandbox generated. */
export async function writeReceiveRoster({ directory, admin }: World): Promise<ReceiveRoster> {
  const members = (await admin.members()).filter(({ memberId }) => memberId.startsWith('load-'));
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
  const rosterFile = join(directory, 'roster', 'receive.csv');
  await writeFile(rosterFile, rosterCsv(rows));
  return { rosterFile, previousMemberIds: members.map(({ memberId }) => memberId) };
}
