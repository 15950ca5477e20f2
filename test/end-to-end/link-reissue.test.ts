import pino from 'pino';
import { afterEach, expect, inject, onTestFinished, test } from 'vitest';

import { openEventLog } from '../../adapters/log/event-log.ts';
import { startConsole } from '../../console/start-console.ts';
import type { AuthorizationLink } from '../../operations/list-links.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { runCarryover } from '../cli/run-carryover.ts';
import { authorize } from '../support/browsers.ts';
import { openMailedMembers, type MailedMembers } from '../support/mailed-members.ts';
import { linkIn } from '../support/members-mailbox.ts';
import { untilState } from '../support/until-state.ts';

let members: MailedMembers;
afterEach(() => members.close());

async function open(): Promise<MailedMembers> {
  members = await openMailedMembers(inject('temporalAddress'));
  return members;
}

/** `carryover links`, as an operator types it. */
async function links(...args: readonly string[]) {
  const where = ['--data-dir', members.world.dataDir.paths.root, '--temporal', inject('temporalAddress'), '--json'];
  const { exitCode, stdout, stderr } = await runCarryover(['links', ...args, ...where]);
  const document = JSON.parse(stdout || '{}') as { notice?: string | null; links?: readonly AuthorizationLink[] };
  return { exitCode, stderr, ...document };
}

/** What the member's browser shows after the member said yes at this link. */
async function pageAfter(transferId: TransferId, link: string): Promise<{ status: number; page: string }> {
  const { world } = members;
  const log = openEventLog({ format: 'json', component: 'console', destination: pino.destination('/dev/null') });
  const listener = await startConsole({
    dataDir: world.dataDir.paths.root,
    listen: '127.0.0.1:0',
    profiles: [world.profile.profile],
    temporalAddress: inject('temporalAddress'),
    log,
  });
  onTestFinished(() => listener.stop());
  const back = await authorize(world, transferId, 'allow', { link });
  const response = await fetch(`${listener.url}${back.pathname}${back.search}`);
  return { status: response.status, page: await response.text() };
}

test('a fresh link is printed and mailed; the old one leads to a page that says so, and the fresh one to the record', async () => {
  const { world, mailbox, launch, linksOf, untilMailed, mailsInLedger } = await open();
  await world.startWorker();
  const { batchId, transferId } = await launch(2);
  const [before] = await linksOf(batchId);
  await untilMailed(batchId, 'accepted');

  const reissued = await links('--reissue', transferId.slice(0, 12));
  expect(reissued).toMatchObject({ exitCode: 0, notice: null, links: [{ transferId, rowId: 'row-1' }] });
  const [fresh] = reissued.links ?? [];
  expect(fresh?.url).not.toBe(before?.url);
  // The deadline stays.
  expect(fresh?.expiresAt).toBe(before?.expiresAt);
  const [first, second] = await mailbox.untilMails(2);
  expect(linkIn(second!)).toBe(fresh?.url);

  const old = await pageAfter(transferId, linkIn(first!));
  expect(old.status).toBe(410);
  expect(old.page).toContain('There is a newer link for you');
  expect((await pageAfter(transferId, linkIn(second!))).page).toContain('Thank you');
  await untilState(world, batchId, 'stored');
  expect(await mailsInLedger(transferId)).toEqual(['link/1 accepted', 'link/2 accepted']);
  const kinds = (await world.dataDir.ledger.events(transferId)).map(({ body }) => body.kind);
  expect(kinds.filter((kind) => kind === 'link-issued')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'link-reissued')).toHaveLength(1);
  const { projection } = await world.dataDir.ledger.transfers.get(transferId);
  expect(await world.dataDir.ledger.rebuildProjection(transferId)).toEqual(projection);

  // The other member's link is as it was.
  expect(await linksOf(batchId)).toMatchObject([{ rowId: 'row-2', mailed: 'no-address' }]);
  expect(await links('--reissue', transferId)).toMatchObject({ exitCode: 7 });
});

test('a link that is reissued while no worker runs is good at once, and mailed when one does', async () => {
  const { world, mailbox, launch, authorizeBy, untilMailed } = await open();
  const worker = await world.startWorker();
  const { batchId, transferId } = await launch(2);
  const [first] = await mailbox.untilMails(1);
  await untilMailed(batchId, 'accepted');
  await worker.stop();

  const reissued = await links(batchId, '--reissue');
  expect(reissued.links?.map(({ rowId, mailed }) => `${rowId} ${mailed}`)).toEqual([
    'row-1 not-yet',
    'row-2 no-address',
  ]);
  expect(await authorizeBy(transferId, linkIn(first!))).toEqual({ kind: 'refused', why: 'state-replaced' });
  const [mine, other] = reissued.links ?? [];
  expect(await authorizeBy(other!.transferId, other!.url)).toEqual({ kind: 'authorized' });

  await world.startWorker();
  const [, second] = await mailbox.untilMails(2);
  expect(linkIn(second!)).toBe(mine?.url);
  await authorizeBy(transferId, linkIn(second!));
  await untilState(world, batchId, 'stored', 2);
  expect(await mailbox.mails()).toHaveLength(2);
});
