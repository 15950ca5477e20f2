import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';

import { composeEvidenceMail } from '../../../adapters/mail/compose-evidence-mail.ts';
import { composeLinkMail } from '../../../adapters/mail/compose-link-mail.ts';
import { composeMemberInfoMail } from '../../../adapters/mail/compose-member-info-mail.ts';
import { composeReminderMail } from '../../../adapters/mail/compose-reminder-mail.ts';
import { mimeOf } from '../../../adapters/mail/mime-of.ts';
import { defaultLinkText, defaultReminderText } from '../../../domain/link-mail/link-text.ts';
import { asTransferId } from '../../../schemas/ids.ts';

const profile = {
  mail: { to: 'payer2payer@1up.health', from: 'Interop <interop@plan.example>' },
  sender: { name: 'Rae Doe', company: 'Plan Example', website: 'https://plan.example' },
};
const record = {
  rowId: 'r-17',
  family: 'Żółć-Canary',
  given: 'Ana María',
  birthDate: '1961-05-15',
  previousMemberId: 'PREV-0017',
  zip: '02109',
  email: 'ana@home.example',
};
const transferId = asTransferId('0123456789abcdef0123456789abcdef01234567');
const compose = (revision: number, more = {}) =>
  composeMemberInfoMail({ record, profile, transferId, revision, ...more });

describe('the reminder of a review', () => {
  const remind = (revision: number, reminder: number) =>
    composeReminderMail({ profile, transferId, revision, reminder });

  test('replies to the newest member-info mail, in its thread and under its subject', () => {
    const newest = compose(2);
    const reminder = remind(2, 1);
    expect(reminder.inReplyTo).toBe(newest.messageId);
    expect(reminder.references).toEqual([compose(1).messageId, newest.messageId]);
    expect(reminder.subject).toBe(newest.subject);
    expect(reminder.text).toContain(`Reference: ${transferId}`);
  });

  test('has a Message-ID of its own for each revision and number, the same whenever it is composed', () => {
    const ids = [remind(1, 1), remind(1, 2), remind(2, 1), compose(1), compose(2)].map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(5);
    expect(remind(1, 2)).toEqual(remind(1, 2));
  });
});

describe('the mail of a link', () => {
  const link = {
    revision: 2,
    url: `https://auth.example/?state=${'s'.repeat(43)}&x=${'y'.repeat(90)}`,
    expiresAtMs: 0,
  };
  const linkMail = {
    from: 'links@plan.example',
    company: 'Plan "Example"',
    contact: '555-0100',
    subject: 'Your permission is needed',
    text: defaultLinkText,
    reminderText: defaultReminderText,
    timeZone: 'UTC',
  };
  const composed = (reminder: number) =>
    composeLinkMail({ profile: linkMail, counterpart: 'Old Plan', to: record.email, transferId, link, reminder });

  test('arrives with the whole link in one piece, from the company, to the member only', async () => {
    const { bytes, envelope } = await mimeOf(composed(0));
    const mail = await simpleParser(bytes);
    expect(mail.text?.split('\n')).toContain(link.url);
    expect(mail.from?.value).toEqual([{ address: 'links@plan.example', name: 'Plan "Example"' }]);
    expect(envelope).toEqual({ from: 'links@plan.example', to: [record.email] });
    expect(mail.text).toContain('1970-01-01 00:00 (UTC)');
  });

  test('says nothing about the member, in its headers or in its text', async () => {
    const text = [0, 1].map((reminder) => JSON.stringify({ ...composed(reminder), to: '' })).join('\n');
    for (const value of [record.family, 'Ana', '1961', 'PREV', '02109', 'r-17', 'ana@'])
      expect(text).not.toContain(value);
  });

  test('is replied to by its reminders, each with a Message-ID of its own', () => {
    expect(composed(0).messageId).toBe(`<${transferId}.link-2@plan.example>`);
    expect(composed(1)).toMatchObject({
      messageId: `<${transferId}.link-2.reminder-1@plan.example>`,
      subject: 'Re: Your permission is needed',
      inReplyTo: composed(0).messageId,
      references: [composed(0).messageId],
    });
    expect(composed(1).text).toContain(link.url);
  });
});

describe('the member-info mail', () => {
  test('says what the seed lists, and nothing else of the member', async () => {
    const mail = await simpleParser((await mimeOf(compose(1))).bytes);
    expect(mail.to).toMatchObject({ text: 'payer2payer@1up.health' });
    expect(mail.text).toContain('Member name: Ana María Żółć-Canary\n');
    expect(mail.text).toContain('Member date of birth: 1961-05-15\n');
    expect(mail.text).toContain('Previous member ID number: PREV-0017\n');
    expect(mail.text).toContain('Member zip code: 02109\n');
    expect(mail.text).toContain("from the member's previous plan, not the current member ID number");
    expect(mail.text).toContain('Rae Doe\nPlan Example\nhttps://plan.example');
    expect(mail.text).not.toContain('r-17');
    expect(mail.text).not.toContain('ana@home.example');
  });

  test('has no PHI in its headers', async () => {
    const { bytes } = await mimeOf(compose(2));
    const headers = bytes.toString().split('\r\n\r\n')[0] ?? '';
    for (const value of ['Canary', 'Ana', '1961', 'PREV', '02109']) expect(headers).not.toContain(value);
  });

  test('has the same Message-ID whenever it is composed for the same transfer and revision', () => {
    expect(compose(1).messageId).toBe(compose(1).messageId);
    expect(compose(1).messageId).toBe(`<${transferId}.1@plan.example>`);
    expect(compose(2).messageId).not.toBe(compose(1).messageId);
  });

  test('of a later revision is a reply in the thread of the first', async () => {
    const first = await simpleParser((await mimeOf(compose(1))).bytes);
    const third = await simpleParser((await mimeOf(compose(3, { inReplyTo: '<review@1up.health>' }))).bytes);
    expect(first.inReplyTo).toBeUndefined();
    expect(third.subject).toBe(`Re: ${first.subject}`);
    expect(third.inReplyTo).toBe('<review@1up.health>');
    expect(third.references).toEqual([compose(1).messageId, compose(2).messageId, '<review@1up.health>']);
    expect(compose(2).inReplyTo).toBe(compose(1).messageId);
  });

  test('does not let a value pose as a further line or header', () => {
    const sly = { ...record, given: 'Ana\r\nMember zip code: 99999', zip: '02109\u2028Bcc: x@y.example' };
    const lines = composeMemberInfoMail({ record: sly, profile, transferId, revision: 1 }).text.split(/[\n\r\u2028]/);
    expect(lines.filter((line) => line.startsWith('Member zip code:'))).toEqual([
      'Member zip code: 02109 Bcc: x@y.example',
    ]);
  });
});

test('the evidence mail names who asks, and has the sponsor on the CC line', async () => {
  const sponsor = { name: 'O"Neil, Kim\r\nBcc: x@y.example', email: 'cio@plan.example' };
  const { bytes, envelope } = await mimeOf(composeEvidenceMail({ profile, sponsor, clientId: 'client-1' }));
  const mail = await simpleParser(bytes);
  expect(mail.cc).toMatchObject({ value: [{ address: 'cio@plan.example', name: 'O"Neil, Kim Bcc: x@y.example' }] });
  expect(mail.bcc).toBeUndefined();
  expect(envelope).toEqual({ from: 'interop@plan.example', to: ['payer2payer@1up.health', 'cio@plan.example'] });
  for (const part of ['Rae Doe', 'Plan Example', 'https://plan.example', 'client-1', 'Kim'])
    expect(mail.text).toContain(part);
  expect(composeEvidenceMail({ profile, sponsor }).text).not.toContain('Client ID');
});
