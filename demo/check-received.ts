import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createMemberDirectory } from '../sandbox/members/member-directory.ts';
import type { BatchAccount, Check } from './reconcile.ts';
import type { Run } from './run.ts';
import { sumsCheck } from './sums-check.ts';

type CountsByType = Readonly<Record<string, number>>;

/** Holds the receive batch against the records that the sandbox has of its four members, and against the files that were delivered. */
export async function checkReceived({ places }: Run, { batchId, document }: BatchAccount): Promise<readonly Check[]> {
  const { rows, resources } = document;
  const held = recordsHeld();
  const delivered = await deliveredCounts(join(places.data, 'deliveries', batchId, 'manifest.json'));
  return [
    sumsCheck('receive', document),
    {
      name: 'receive: every row ended as stored',
      holds: rows.byState.stored === rows.total,
      found: `${rows.byState.stored ?? 0} of ${rows.total}`,
    },
    {
      name: "receive: stored, by type, is what the other plan's records hold",
      holds: sameCounts(resources.stored, held),
      found: `${total(resources.stored)} stored, ${total(held)} held there`,
    },
    {
      name: 'receive: the delivered files hold the same, by type',
      holds: sameCounts(resources.stored, delivered),
      found: `${total(delivered)} delivered`,
    },
  ];
}

function recordsHeld(): CountsByType {
  const directory = createMemberDirectory(0);
  const held = directory.members.flatMap((member) => directory.record(member).clinical);
  return countBy(held.map(({ type }) => [type, 1]));
}

async function deliveredCounts(manifestFile: string): Promise<CountsByType> {
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as {
    readonly output: readonly { readonly type: string; readonly count: number }[];
  };
  return countBy(manifest.output.map(({ type, count }) => [type, count]));
}

function countBy(counts: readonly (readonly [string, number])[]): CountsByType {
  const sums: Record<string, number> = {};
  for (const [type, count] of counts) sums[type] = (sums[type] ?? 0) + count;
  return sums;
}

function sameCounts(a: CountsByType, b: CountsByType): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((type) => a[type] === b[type]);
}

function total(counts: CountsByType): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
