import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { composeMemberInfoMail } from '../../../adapters/mail/compose-member-info-mail.ts';
import { writeEml } from '../../../adapters/mail/write-eml.ts';
import { asTransferId } from '../../../schemas/ids.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'carryover-eml-'));
});
afterEach(() => rm(root, { recursive: true }));

const mail = composeMemberInfoMail({
  record: { rowId: 'r', family: 'Müller', given: 'Ana', birthDate: '1961-05-15', previousMemberId: 'P', zip: '02109' },
  profile: {
    mail: { to: 'payer2payer@1up.health', from: 'interop@plan.example' },
    sender: { name: 'Rae', company: 'Plan', website: 'https://plan.example' },
  },
  transferId: asTransferId('ab'.repeat(20)),
  revision: 2,
});

test('an .eml file is a whole mail for its owner alone, named without PHI', async () => {
  const dir = join(root, 'deliveries', 'mail');
  const path = await writeEml({ dir, mail });
  expect(path).toBe(join(dir, `${'ab'.repeat(20)}.2.eml`));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  const read = await simpleParser(await readFile(path));
  expect(read).toMatchObject({ messageId: mail.messageId, inReplyTo: mail.inReplyTo, subject: mail.subject });
  expect(read.text).toContain('Member name: Ana Müller');
});

test('the same mail written again is the same file, and nothing else is left behind', async () => {
  const dir = join(root, 'mail');
  await writeEml({ dir, mail });
  await writeEml({ dir, mail });
  expect(await readdir(dir)).toHaveLength(1);
});

test('no mail is written where other users can look', async () => {
  await chmod(root, 0o755);
  await expect(writeEml({ dir: root, mail })).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  expect(await readdir(root)).toEqual([]);
});
