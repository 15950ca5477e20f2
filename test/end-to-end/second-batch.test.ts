import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

import { placeholderUrl } from '../../domain/payload/placeholder-url.ts';
import type { FhirResource } from '../../fixtures/fhir-resource.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { decideUnknowns } from '../../operations/decide-unknowns.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { judgeServerIds, planOf } from '../support/judge-server-ids.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { untilState } from '../support/until-state.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500\nid_assignment = "server"',
    switches: { idAssignment: 'server', repeatedId: 'duplicate' },
  });
});
afterEach(() => world.close());

const { record, resources } = generateMember({ seed: 23, index: 0, size: 90 });

/** A batch of the one member, whose record holds these resources. */
async function launch(name: string, record_: readonly FhirResource[]): Promise<BatchId> {
  const directory = join(world.directory, 'roster', name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'member.json'), payloadBytes(record_, 'collection'));
  const { family, given, birthDate: birth_date, previousMemberId: previous_member_id, zip, email } = record;
  const row = { row_id: name, family, given, birth_date, previous_member_id, zip, email, source: 'member.json' };
  const rosterFile = join(directory, 'roster.csv');
  await writeFile(rosterFile, rosterCsv([row]));
  const options = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  return (await launchBatch(world.operator, options)).batchId;
}

async function theTransfer(batchId: BatchId) {
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  return { ...transfer, ...transfer.projection };
}

/** A later batch; the mails of the earlier ones are answered already. */
async function untilSecondEnded(batchId: BatchId): Promise<void> {
  const read = Math.max(0, ...(await world.admin.mailbox()).map(({ id }) => id));
  await untilEnded(world, batchId, undefined, undefined, read);
}

describe('a member of whom a part was sent before, to a counterpart that assigns the ids', () => {
  test('gets the rest linked to what is there, in one record, and nothing of it twice', async () => {
    await world.startWorker();
    const first = await launch('first', resources.slice(0, 40));
    await untilEnded(world, first);
    const sent = await theTransfer(first);
    const firstPlan = await planOf(world, sent.transferId);
    const storedAs = new Map(
      firstPlan.resources.map(({ ordinal, resourceKey }) => [resourceKey, sent.writes.storedIds[ordinal]]),
    );

    const second = await launch('second', resources);
    await untilSecondEnded(second);
    const { state, counts, withheldByReason, transferId } = await theTransfer(second);
    expect({ state, unknown: counts.unknown }).toEqual({ state: 'sent', unknown: 0 });
    expect(withheldByReason['already-sent']).toBe(sent.counts.confirmed);
    expect(withheldByReason['depends-on']).toBeUndefined();
    expect(counts.confirmed).toBeGreaterThan(20);

    const plan = await planOf(world, transferId);
    const before = plan.resources.filter(({ fate }) => fate.kind === 'withhold' && fate.reason === 'already-sent');
    expect(before.map(({ storedId }) => storedId)).toEqual(before.map(({ resourceKey }) => storedAs.get(resourceKey)));
    const patientId = before.find(({ resourceType }) => resourceType === 'Patient')?.storedId;
    const linked = plan.resources.filter(({ json }) => json.includes(`"Patient/${patientId}"`));
    expect(linked.length).toBeGreaterThan(20);
    expect(plan.resources.filter(({ json }) => json.includes(placeholderUrl(before[0]!.resourceKey)))).toEqual([]);

    const { stored, confirmed } = await judgeServerIds(world, first, second);
    expect({ stored, confirmed }).toEqual({ stored: sent.counts.confirmed + counts.confirmed, confirmed: stored });
    expect(await danglingInStore()).toEqual([]);
  });

  test('where the Patient was lost and accepted as such: it may be there, so it does not go twice, nor anything that refers to it', async () => {
    const first = await launch('first', resources.slice(0, 40));
    const doomed = await world.startWorker({ killAt: { checkpoint: 'after-attempted', hit: 1 } });
    const ended = untilEnded(world, first);
    await doomed.ended;
    await world.startWorker();
    await ended;
    const { transferId } = await theTransfer(first);
    await decideUnknowns(world.operator, { transferId, decision: 'accept', why: 'they will not look' });
    await untilState(world, first, 'sent-with-exceptions');

    const second = await launch('second', resources);
    await untilSecondEnded(second);
    const { state, reason } = await theTransfer(second);
    expect({ state, reason }).toEqual({ state: 'failed', reason: 'NOTHING_TO_SEND' });
    expect(await world.admin.store()).toEqual([]);
    expect(await danglingInStore()).toEqual([]);
  });
});

/** References in the sandbox's store that name nothing in it. Witnessed without any plan. */
async function danglingInStore(): Promise<readonly string[]> {
  const names = (await world.admin.store()).map(({ type, id }) => `${type}/${id}`);
  const texts = await Promise.all(
    names.map(async (name) => (await fetch(`${world.sandbox.adminUrl}/store/${name}`)).text()),
  );
  const references = texts.flatMap((text) => [...text.matchAll(/"reference":\s*"([^"#][^"]*)"/g)].map(([, to]) => to!));
  return references.filter((reference) => !names.includes(reference));
}
