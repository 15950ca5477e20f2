import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { connectTemporal } from '../../adapters/temporal/connection.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { payloadBytes } from '../../fixtures/payload-formats.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { authorize, callBack, linkOf } from '../support/browsers.ts';
import { disguises, findCanaries, processArguments, scanFiles, type Canary } from '../support/canary-scan.ts';
import { linkIn, openMembersMailbox, type MembersMailbox } from '../support/members-mailbox.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { untilEnded } from '../support/people.ts';
import { sendFromSources } from '../support/send-from-sources.ts';
import { untilState } from '../support/until-state.ts';

const salt = randomBytes(4).toString('hex');
const planted = {
  family: `Quillfeather${salt}`,
  given: `Ysoldine${salt}`,
  birthDate: '1937-02-27',
  previousMemberId: `MEM-${salt}-77Q`,
  zip: '59827',
  email: `ysoldine.${salt}@mail.example`,
};

let world: World;
let mailbox: MembersMailbox;
let mailFolder: string;
const memberEmail = `delmar.${salt}@mail.example`;
const canaries: Canary[] = Object.entries(planted)
  // Five digits stand in many places by chance.
  .filter(([name]) => name !== 'zip')
  .map(([name, text]) => ({ name, text }));
const seen = { arguments: [] as Buffer[] };

beforeAll(async () => {
  mailFolder = await mkdtemp(join(tmpdir(), 'carryover-mailbox-'));
  mailbox = await openMembersMailbox(mailFolder);
  world = await openWorld({
    temporalAddress: inject('temporalAddress'),
    receive: `pkce = "S256"\nredirect_uri_in_exchange = true\n${mailbox.profile}`,
    switches: { pkce: 'required' },
  });
});
afterAll(async () => {
  await world.close();
  await mailbox.close();
  await rm(mailFolder, { recursive: true });
});

test('names, birth dates, member ids, tokens, codes, keys and secrets of both directions and of source servers are nowhere in clear', async () => {
  const sampler = setInterval(() => seen.arguments.push(processArguments()), 100);
  await world.startWorker();
  const sent = await sendPlantedMember();
  canaries.push(...(await sendFromSources(world)));
  const received = await receiveTestMember();
  await untilState(world, received, 'stored');
  clearInterval(sampler);

  expect(canaries.length).toBeGreaterThanOrEqual(20);
  expect(canaries.filter(({ text }) => text.length < 8)).toEqual([]);
  const { paths } = world.dataDir;
  const places = [
    ...['', '-wal'].map((suffix) => `${inject('temporalDbFile')}${suffix}`),
    ...['', '-wal'].map((suffix) => `${paths.ledgerFile}${suffix}`),
    world.workerLog,
    paths.objects,
    paths.cache,
  ];
  expect(places.flatMap((place) => scanFiles(place, canaries))).toEqual([]);
  expect(findCanaries(Buffer.concat(seen.arguments), canaries)).toEqual([]);
  const ids: string[] = [];
  for await (const { workflowId } of world.operator.temporal.workflow.list()) ids.push(workflowId);
  expect(ids.join('\n')).toContain(sent);
  expect(findCanaries(Buffer.from(ids.join('\n')), canaries)).toEqual([]);
});

async function sendPlantedMember(): Promise<BatchId> {
  const { record, resources } = generateMember({ seed: 41, index: 0, size: 60 });
  const original: Readonly<Record<string, string>> = { ...record };
  const text = Object.entries(planted).reduce(
    (json, [name, value]) => json.replaceAll(original[name] ?? 'nothing', value),
    payloadBytes(resources, 'collection').toString(),
  );
  const folder = join(world.directory, 'roster');
  writeFileSync(join(folder, 'member.json'), text);
  const { family, given, birthDate, previousMemberId, zip, email } = planted;
  const row = { family, given, birth_date: birthDate, previous_member_id: previousMemberId, zip, email };
  writeFileSync(join(folder, 'roster.csv'), rosterCsv([{ ...row, row_id: 'row-1', source: 'member.json' }]));
  const rosterFile = join(folder, 'roster.csv');
  const launch = { direction: 'send', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilEnded(world, batchId);
  const answers = await world.admin.mailbox();
  canaries.push({ name: 'write token', text: answers.find(({ token }) => token)?.token?.accessToken ?? '' });
  expect(await world.dataDir.ledger.transfers.progress(batchId)).toMatchObject({ byState: { sent: 1 } });
  return batchId;
}

async function receiveTestMember(): Promise<BatchId> {
  await world.admin.faults([{ kind: 'slow', delayMs: 300, route: 'GET /r4/*' }]);
  const rosterFile = join(world.directory, 'roster', 'receive.csv');
  const header = 'row_id,family,given,birth_date,previous_member_id,zip,email';
  writeFileSync(rosterFile, `${header}\nrow-1,Tromp100,Delmar187,1961-05-15,03-testmemid,02109,${memberEmail}\n`);
  const launch = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilState(world, batchId, 'link-issued');
  const [transfer] = await world.dataDir.ledger.transfers.list({ batchId });
  if (transfer === undefined) throw new Error('no transfer');
  const { transferId } = transfer;
  const state = new URL(await linkOf(world, transferId)).searchParams.get('state') ?? '';
  const [mail] = await mailbox.untilMails(1);
  if (mail === undefined || !JSON.stringify(mail.to).includes(memberEmail)) throw new Error('no mail to the member');
  const { verifierId } = (await world.dataDir.ledger.links.current(transferId)) ?? {};
  const verifier = verifierId && (await world.dataDir.secrets.open(verifierId));
  const redirectedTo = await authorize(world, transferId, 'allow', { link: linkIn(mail) });
  await callBack(world, redirectedTo);
  await untilState(world, batchId, 'reading');
  const { projection } = await world.dataDir.ledger.transfers.get(transferId);
  const token = projection.token && (await world.dataDir.secrets.open(projection.token.secretId));
  canaries.push(
    { name: 'received family', text: 'Tromp100' },
    { name: 'received given', text: 'Delmar187' },
    { name: 'received birth date', text: '1961-05-15' },
    { name: 'received member id', text: '03-testmemid' },
    { name: 'link state', text: state },
    { name: 'received email', text: memberEmail },
    { name: 'code verifier', text: verifier?.value ?? '' },
    { name: 'authorization code', text: redirectedTo.searchParams.get('code') ?? '' },
    { name: 'read token', text: token?.value ?? '' },
    { name: 'client secret', text: 'sandbox-client-secret' },
  );
  return batchId;
}

test('the scan is no blind one: with the codec off, and in every disguise, it finds them all', async () => {
  const secrets = {
    'source bearer token': `source-bearer-${salt}`,
    'source client key': randomBytes(48).toString('base64'),
  };
  const control = Object.entries({ ...planted, ...secrets })
    .filter(([name]) => name !== 'zip')
    .map(([name, text]) => ({ name, text: `control-${text}` }));

  // With the codec off, Temporal's own database shows everything that is handed to it.
  const { connection, namespace } = await connectTemporal({ address: inject('temporalAddress') });
  const unsealed = new Client({ connection, namespace });
  const workflowId = `control-${salt}`;
  const args = [Object.fromEntries(control.map(({ name, text }) => [name, text]))];
  const handle = await unsealed.workflow.start('sendMember', { workflowId, taskQueue: `control-${salt}`, args });
  await sleep(500);
  const inTemporal = ['', '-wal'].flatMap((suffix) => scanFiles(`${inject('temporalDbFile')}${suffix}`, control));
  for (const { name } of control)
    expect(
      inTemporal.some((place) => place.includes(`${name} (plain)`)),
      name,
    ).toBe(true);
  await handle.terminate();
  await connection.close();

  const file = join(world.directory, 'control.bin');
  for (const canary of control) {
    for (const [disguise, bytes] of Object.entries(disguises(canary.text))) {
      const noise = randomBytes(200);
      writeFileSync(file, Buffer.concat([noise, bytes, noise]));
      expect(scanFiles(file, [canary]).join(), disguise).toContain(`(${disguise}`);
      for (const compress of [gzipSync, deflateSync, zstdCompressSync]) {
        writeFileSync(file, Buffer.concat([noise, compress(Buffer.concat([noise, bytes]))]));
        expect(scanFiles(file, [canary]).join(), `${disguise} compressed`).toContain('compressed');
      }
    }
  }

  const [first] = control;
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 10000)', first?.text ?? '']);
  await sleep(300);
  expect(findCanaries(processArguments(), control)).toContain(`${first?.name} (plain)`);
  child.kill();
});
