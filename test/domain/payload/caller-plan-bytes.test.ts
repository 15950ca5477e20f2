import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { readRoster } from '../../../adapters/roster/read-roster.ts';
import { loadPayload } from '../../../adapters/source/load-payload.ts';
import { bundleBody } from '../../../domain/payload/bundle-body.ts';
import { writeDemo } from '../../../fixtures/write-demo.ts';
import { planned } from './planning.ts';

/** SHA-256 of every bundle's body, and of the plan as it is stored, as version 0.1.0 made them. */
test('plans with our own ids, and the bodies of their bundles, have the bytes that version 0.1.0 gave them', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'bytes-'));
  const { rosterFile } = await writeDemo({ dir, seed: 7, members: 4 });
  const profile = { roster: { dateFormat: 'YYYY-MM-DD', aliases: {} } } as const;
  const found: Record<string, readonly string[]> = {};
  for await (const row of readRoster({ path: rosterFile, profile })) {
    if (row.kind !== 'member') continue;
    const { resources } = await loadPayload({ sourceDir: dir, record: row.record });
    const plan = await planned(resources, { record: row.record });
    const bodies = plan.bundles.map(({ ordinals }) => sha256(bundleBody(plan, ordinals)));
    found[row.record.rowId] = [sha256(JSON.stringify(plan)), ...bodies];
  }
  await rm(dir, { recursive: true });
  await expect(`${JSON.stringify(found, undefined, 2)}\n`).toMatchFileSnapshot('caller-plan-bytes.json');
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
