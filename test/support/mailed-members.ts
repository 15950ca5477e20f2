import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { launchBatch } from '../../operations/launch-batch.ts';
import { listLinks, type AuthorizationLink } from '../../operations/list-links.ts';
import type { BatchId, TransferId } from '../../schemas/ids.ts';
import { authorize, callBack } from './browsers.ts';
import { openMembersMailbox, type MembersMailbox } from './members-mailbox.ts';
import { openWorld, type World } from './open-world.ts';
import { untilState } from './until-state.ts';

const header = 'row_id,family,given,birth_date,previous_member_id,zip,email';
const rows = [
  'row-1,Fahey393,Sherie778,1974-04-29,02-testmemid,01810,sherie@mail.example',
  'row-2,Tromp100,Delmar187,1961-05-15,03-testmemid,02109,',
];

/** What no mail may say about the first member. */
export const memberDetails = ['Fahey393', 'Sherie778', '1974', '04-29', '02-testmemid', '01810', 'sherie', 'row-1'];

/** A world whose counterpart's members are mailed their links, their mail server, and what people do there. */
export interface MailedMembers {
  readonly world: World;
  readonly mailbox: MembersMailbox;
  readonly folder: string;
  /** A batch of so many members, the first of whom has an address; every link is issued. */
  readonly launch: (members?: number) => Promise<{ readonly batchId: BatchId; readonly transferId: TransferId }>;
  readonly linksOf: (batchId: BatchId) => Promise<readonly AuthorizationLink[]>;
  /** Waits until the first link of the batch is listed so. */
  readonly untilMailed: (batchId: BatchId, state: AuthorizationLink['mailed']) => Promise<void>;
  /** What the ledger says about the mails of a transfer, such as `link/1 accepted`. */
  readonly mailsInLedger: (transferId: TransferId) => Promise<readonly string[]>;
  /** Waits until the worker's log tells of a link mail with this outcome. */
  readonly untilLogged: (outcome: string) => Promise<void>;
  readonly untilMailsInLedger: (transferId: TransferId, count: number) => Promise<readonly string[]>;
  /** The member opens this link and says yes. */
  readonly authorizeBy: (transferId: TransferId, link: string) => ReturnType<typeof callBack>;
  readonly close: () => Promise<void>;
}

/** Opens such a world. `receive`: TOML of `[receive]`, from that of the mailbox. */
export async function openMailedMembers(
  temporalAddress: string,
  receive: (mailbox: MembersMailbox, folder: string) => string = ({ profile }) => profile,
): Promise<MailedMembers> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-mailbox-'));
  const mailbox = await openMembersMailbox(folder);
  const world = await openWorld({
    temporalAddress,
    top: 'heartbeat_timeout_ms = 2000',
    send: 'write_timeout_ms = 1500',
    receive: receive(mailbox, folder),
  });
  const { ledger } = world.dataDir;
  const linksOf = (batchId: BatchId) => Array.fromAsync(listLinks(world.operator, batchId));
  const mailsInLedger = async (transferId: TransferId) =>
    (await ledger.events(transferId)).flatMap(({ subject, body }) =>
      body.kind === 'mail-answered' ? [`${subject} ${body.outcome}`] : [],
    );
  return {
    world,
    mailbox,
    folder,
    async launch(members = 1) {
      const rosterFile = join(world.directory, 'roster', 'roster.csv');
      await writeFile(rosterFile, [header, ...rows.slice(0, members), ''].join('\n'));
      const launched = { direction: 'receive', profile: world.profile, rosterFile, again: false } as const;
      const { batchId } = await launchBatch(world.operator, launched);
      await untilState(world, batchId, 'link-issued', members);
      const [transfer] = await ledger.transfers.list({ batchId });
      if (transfer === undefined) throw new Error('no transfer');
      return { batchId, transferId: transfer.transferId };
    },
    linksOf,
    async untilMailed(batchId, state) {
      const seen = async () => (await linksOf(batchId))[0]?.mailed;
      await untilTrue(async () => (await seen()) === state, seen);
    },
    mailsInLedger,
    async untilMailsInLedger(transferId, count) {
      const seen = () => mailsInLedger(transferId);
      await untilTrue(async () => (await seen()).length >= count, seen);
      return seen();
    },
    async untilLogged(outcome) {
      const lines = async () => (await readFile(world.workerLog, 'utf8')).split('\n');
      const told = (line: string) => line.includes('"link-mailed"') && line.includes(`"${outcome}"`);
      await untilTrue(async () => (await lines()).some(told), lines);
    },
    async authorizeBy(transferId, link) {
      return callBack(world, await authorize(world, transferId, 'allow', { link }));
    },
    async close() {
      await world.close();
      await mailbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function untilTrue(happened: () => Promise<boolean>, seen: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    if (await happened()) return;
    await sleep(50);
  }
  throw new Error(`it never happened; the last that was seen: ${JSON.stringify(await seen())}`);
}
