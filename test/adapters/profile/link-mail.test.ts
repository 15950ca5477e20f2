import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { loadProfile } from '../../../adapters/profile/load-profile.ts';
import { defaultLinkText, defaultReminderText } from '../../../domain/link-mail/link-text.ts';

const head = `id = "payer-1"
name = "Payer One"
environment = "production"

[receive]
authorize_url = "https://auth.payer.example/authorize"
token_url = "https://auth.payer.example/token"
fhir_base_url = "https://api.payer.example/r4"
client_id = "client-1"
client_secret_file = "client-secret"
redirect_uri = "https://plan.example/callback"

[receive.link_mail]
from = "links@plan.example"
company = "Example Plan"
contact = "555-0100"
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'link-mail-'));
});
afterEach(async () => rm(dir, { recursive: true }));

async function load(more = '', name = 'payer-1.toml') {
  await writeFile(path.join(dir, name), head + more);
  return loadProfile(path.join(dir, name), { dirs: [] });
}

describe('the table of link mails', () => {
  test('gets our texts where it names no file, and the files of its mail server beside the profile', async () => {
    const smtp =
      '[receive.link_mail.smtp]\nhost = "mail.plan.example"\nca_file = "ca.pem"\nuser = "u"\npassword_file = "pw"\n';
    const { profile, secretFiles } = await load(smtp);
    expect(profile.receive?.linkMail).toEqual({
      from: 'links@plan.example',
      company: 'Example Plan',
      contact: '555-0100',
      subject: 'Your permission is needed',
      text: defaultLinkText,
      reminderText: defaultReminderText,
      timeZone: 'UTC',
      smtp: {
        host: 'mail.plan.example',
        port: 587,
        implicitTls: false,
        caFile: path.join(dir, 'ca.pem'),
        user: 'u',
        passwordFile: path.join(dir, 'pw'),
      },
    });
    expect(secretFiles).toEqual([path.join(dir, 'client-secret'), path.join(dir, 'pw')]);
  });

  test('holds the text of its file, which also reminds, unless there is another text for that', async () => {
    await writeFile(path.join(dir, 'link.txt'), '\uFEFFHola: {{link}}\r\n');
    await writeFile(path.join(dir, 'again.txt'), 'Otra vez: {{link}}\n');
    const own = await load('text_file = "link.txt"\n');
    expect(own.profile.receive?.linkMail).toMatchObject({ text: 'Hola: {{link}}\n', reminderText: 'Hola: {{link}}\n' });
    expect(own.profile.receive?.linkMail).not.toHaveProperty('textFile');
    const both = await load('text_file = "link.txt"\nreminder_text_file = "again.txt"\n');
    expect(both.profile.receive?.linkMail).toMatchObject({ reminderText: 'Otra vez: {{link}}\n' });
  });

  test('is part of the hash of the profile by what the text says, not by where it lies', async () => {
    await writeFile(path.join(dir, 'link.txt'), 'Hola: {{link}}\n');
    const { hash } = await load('text_file = "link.txt"\n');
    await mkdir(path.join(dir, 'texts'));
    await writeFile(path.join(dir, 'texts/link.txt'), 'Hola: {{link}}\n');
    expect((await load('text_file = "texts/link.txt"\n')).hash).toBe(hash);
    await writeFile(path.join(dir, 'link.txt'), 'Hello: {{link}}\n');
    expect((await load('text_file = "link.txt"\n')).hash).not.toBe(hash);
  });
});

describe('a profile is refused', () => {
  test.each([
    [
      'without a mail to remind of',
      '60',
      head.slice(0, head.indexOf('[receive.link_mail]')),
      'needs a table [receive.link_mail]',
    ],
    ['as late as the deadline', '1209600', head, 'must be shorter than receive.link_lifetime_seconds'],
  ])('for a reminder %s', async (_, seconds, toml, what) => {
    const more = toml.replace('[receive]\n', `[receive]\nlink_reminder_seconds = ${seconds}\n`);
    await writeFile(path.join(dir, 'payer-1.toml'), more);
    await expect(loadProfile(path.join(dir, 'payer-1.toml'), { dirs: [] })).rejects.toMatchObject({
      code: 'PROFILE_INVALID',
      place: { line: 6, column: 'receive.link_reminder_seconds' },
      detail: expect.stringContaining(what) as string,
    });
  });

  test.each([
    ['a text that is not there', 'text_file = "none.txt"\n', 'text_file', 'cannot be read'],
    ['a text without the link', 'text_file = "bare.txt"\n', 'text_file', 'does not hold {{link}}'],
    ['a text that wants to name the member', 'reminder_text_file = "named.txt"\n', 'reminder_text_file', 'placeholder'],
    ['a subject that wants to hold something', 'subject = "For {{link}}"\n', 'subject', 'holds no placeholders'],
    ['a time zone that there is not', 'time_zone = "New York"\n', 'time_zone', 'IANA time zone'],
  ])('for %s, with the line and without the text', async (_, more, key, what) => {
    await writeFile(path.join(dir, 'bare.txt'), 'text-canary');
    await writeFile(path.join(dir, 'named.txt'), 'text-canary {{given}} {{link}}');
    const refused = { code: 'PROFILE_INVALID', place: { line: 17, column: `receive.link_mail.${key}` } };
    const error = await load(more).catch((reason: unknown) => reason as Error & { detail: string });
    expect(error).toMatchObject(refused);
    expect((error as { detail: string }).detail).toContain(what);
    expect((error as Error).message).not.toContain('canary');
  });
});
