import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';

/** Resources of a member whose record fills three bundles of at most 20. */
const threeBundles = [60];

export interface FaultRoster {
  readonly rosterFile: string;
  /** In the order of the rows. */
  readonly previousMemberIds: readonly string[];
}

/** Writes a roster of members whose records fill three bundles each, or have these sizes in turn. Members of one seed differ by their index. */
export async function writeFaultRoster(of: {
  readonly dir: string;
  readonly seed: number;
  readonly members: number;
  readonly firstIndex?: number;
  readonly sizes?: readonly number[];
}): Promise<FaultRoster> {
  await mkdir(join(of.dir, 'members'), { recursive: true });
  const rows = await Promise.all(
    Array.from({ length: of.members }, async (_, row) => {
      const index = (of.firstIndex ?? 0) + row;
      const sizes = of.sizes ?? threeBundles;
      const size = sizes[index % sizes.length] ?? 60;
      const { record, resources } = generateMember({ seed: of.seed, index, size });
      const source = `members/${index}.ndjson`;
      await writeFile(join(of.dir, source), payloadBytes(resources, 'ndjson'));
      const { family, given, birthDate, previousMemberId, zip, email } = record;
      return {
        row_id: `row-${index}`,
        family,
        given,
        birth_date: birthDate,
        previous_member_id: previousMemberId,
        zip,
        email,
        source,
      };
    }),
  );
  const rosterFile = join(of.dir, 'roster.csv');
  await writeFile(rosterFile, rosterCsv(rows));
  return { rosterFile, previousMemberIds: rows.map((row) => row.previous_member_id) };
}
