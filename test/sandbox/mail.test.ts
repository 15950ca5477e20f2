import { readFileSync } from 'node:fs';

import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { AnswerMail } from '../../sandbox/review/mailbox.ts';
import { type Json, admin, bundleOf, observation, post, sandboxForTests } from './started-sandbox.ts';

const started = sandboxForTests();
let member = '';
let members = 0;
beforeEach(() => {
  members += 1;
  member = `PREV-${members}`;
});
afterEach(async () => {
  await admin(started.at, 'DELETE', '/faults');
  await admin(started.at, 'PUT', '/switches', {
    smtpTls: 'required',
    evidence: 'not-required',
    writeTokenForm: 'opaque',
  });
});

interface Mail {
  readonly text?: string;
  readonly subject?: string;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly to?: string;
  readonly cc?: string;
}

async function send(mail: Mail, tls = true): Promise<void> {
  const { host, port, caFile } = started.at.smtp;
  const transport = createTransport({
    host,
    port,
    ...(tls ? { requireTLS: true, tls: { ca: readFileSync(caFile) } } : { ignoreTLS: true }),
  });
  await transport.sendMail({ from: 'ops@plan.example', to: 'payer2payer@1up.health', subject: 'Request', ...mail });
  transport.close();
}

function memberText(changes: Partial<Record<'name' | 'birthDate' | 'zip', string>> = {}): string {
  const { name = 'Ana Example', birthDate = '1980-02-03', zip = '02116' } = changes;
  return `Hello,\n\nMember name: ${name}\nMember date of birth: ${birthDate}\nPrevious member ID number: ${member}\nMember zip code: ${zip}\n`;
}

const answers = (): Promise<AnswerMail[]> =>
  admin<AnswerMail[]>(started.at, 'GET', `/mailbox?previousMemberId=${member}`);
const lastAnswer = async (): Promise<Json | undefined> => (await admin(started.at, 'GET', '/mailbox')).at(-1);
const outcomes = async (): Promise<string[]> => (await answers()).map((answer) => answer.outcome);
const rule = (outcome: string): Promise<unknown> =>
  admin(started.at, 'POST', '/reviewer/rules', { previousMemberId: member, outcome });

describe('member information', () => {
  test('that lies there is not answered because a reminder comes in its thread, which is kept', async () => {
    await rule('hold');
    await send({ text: memberText(), messageId: `<${member}@plan.example>` });
    const text = 'We have had no answer yet.\nhttps://plan.example\n';
    await send({ text, inReplyTo: `<${member}@plan.example>`, subject: 'Re: Request' });
    expect(await outcomes()).toEqual([]);
    expect((await admin(started.at, 'GET', '/mails')).at(-1)).toMatchObject({ kind: 'reminder', duplicate: false });
    await rule('approve');
    expect(await outcomes()).toEqual(['approved']);
  });

  test('is approved with a write token, its lifetime, the base URL for POSTs and an example', async () => {
    await send({ text: memberText(), messageId: '<first@plan.example>' });
    const [answer] = await answers();
    expect(answer).toMatchObject({ previousMemberId: member, inReplyTo: '<first@plan.example>', outcome: 'approved' });
    expect(answer?.token).toMatchObject({ expiresInSeconds: 7200, postBaseUrl: started.at.fhirBaseUrl });
    expect(answer?.token?.example).toContain(`POST '${started.at.fhirBaseUrl}`);
    const posted = await post(started.at, answer?.token?.accessToken ?? '', '', bundleOf([observation()]));
    expect(posted.response.status).toBe(200);
  });

  test.each([
    ['- Name: Ana Example\n- DOB: 02/03/1980\n- Previous Member ID: @\n- ZIP: 02116-1234'],
    [
      'Member’s name = Ana Example\r\nMember birth date = 1980-02-03\r\nPrevious plan member identifier = @\r\nPostal code = 02116',
    ],
    [
      '> Member Name:  Ana Example\n> Member Date of Birth:  2/3/1980\n> PREVIOUS MEMBER ID NUMBER (previous plan): @\n> Member Zip Code: 02116',
    ],
  ])('is understood with other labels: case %#', async (text) => {
    await send({ text: text.replace('@', member) });
    expect(await outcomes()).toEqual(['approved']);
    const mails = await admin(started.at, 'GET', '/mails');
    expect(mails.at(-1)?.['information']).toMatchObject({
      name: 'Ana Example',
      birthDate: '1980-02-03',
      previousMemberId: member,
    });
  });

  test.each([
    ['no zip code', { zip: '' }, 'zip'],
    ['a birth date that is none', { birthDate: 'in spring' }, 'birth'],
  ])('with %s gets changes requested that name it', async (_name, changes, word) => {
    await send({ text: memberText(changes) });
    const [answer] = await answers();
    expect([answer?.outcome, answer?.text]).toEqual(['changes-requested', expect.stringContaining(word)]);
  });

  test('that asks again after an approval gets a further token', async () => {
    await send({ text: memberText() });
    await send({ text: memberText() });
    const tokens = (await answers()).map((answer) => answer.token?.accessToken);
    expect(new Set(tokens).size).toBe(2);
  });

  test('that comes twice with one Message-ID is noted and answered once', async () => {
    await send({ text: memberText(), messageId: `<twice-${member}@plan.example>` });
    await send({ text: memberText(), messageId: `<twice-${member}@plan.example>` });
    expect(await outcomes()).toEqual(['approved']);
    const findings = await admin(started.at, 'GET', `/findings?previousMemberId=${member}`);
    expect(findings.map((finding) => finding['kind'])).toEqual(['duplicate-mail']);
  });

  test('in a subject is a finding', async () => {
    await send({ text: memberText(), subject: `Request for ${member}` });
    const findings = await admin(started.at, 'GET', `/findings?previousMemberId=${member}`);
    expect(findings.map((finding) => finding['kind'])).toEqual(['member-data-in-subject']);
  });
});

describe('the reviewer', () => {
  test('asks for changes until the resubmission differs, then approves', async () => {
    await rule('changes');
    await send({ text: memberText() });
    await send({ text: memberText() });
    await send({ text: memberText({ zip: '02117' }) });
    expect(await outcomes()).toEqual(['changes-requested', 'changes-requested', 'approved']);
  });

  test('takes a corrected member id in the same thread for the same case', async () => {
    await rule('changes');
    await send({ text: memberText() });
    const [asked] = await answers();
    const first = member;
    member = `${first}-corrected`;
    await send({ text: memberText(), inReplyTo: asked?.messageId ?? '' });
    expect(await outcomes()).toEqual(['approved']);
  });

  test.each([
    ['clarify', ['clarification-requested', 'approved']],
    ['refuse', ['refused', 'refused']],
    ['hold', []],
    ['approve', ['approved', 'approved']],
  ])('with the rule %s answers two mails with %j', async (outcome, expected) => {
    await rule(outcome);
    await send({ text: memberText() });
    await send({ text: memberText() });
    expect(await outcomes()).toEqual(expected);
  });

  test('decides a mail on hold when its rule changes', async () => {
    await rule('hold');
    await send({ text: memberText() });
    await rule('approve');
    expect(await outcomes()).toEqual(['approved']);
  });
});

describe('evidence of being a payer', () => {
  const text = 'Your name: Kim\nCompany: Example Health Plan\nWebsite: https://plan.example\n';

  test('with a link and the sponsor in CC is accepted', async () => {
    await send({ text, cc: 'cio@plan.example' });
    expect(await lastAnswer()).toMatchObject({ outcome: 'evidence-accepted', previousMemberId: null });
  });

  test.each([
    ['the executive sponsor in CC', { text }],
    ['a link', { text: 'Hello' }],
  ])('without %s gets a question', async (word, mail) => {
    await send(mail);
    expect(await lastAnswer()).toMatchObject({
      outcome: 'clarification-requested',
      text: expect.stringContaining(word) as string,
    });
  });
});

describe('SMTP', () => {
  test('MAIL before STARTTLS is refused, unless the switch allows it', async () => {
    await expect(send({ text: memberText() }, false)).rejects.toThrow('530');
    await admin(started.at, 'PUT', '/switches', { smtpTls: 'optional' });
    await send({ text: memberText() }, false);
    expect(await outcomes()).toEqual(['approved']);
  });

  test("a client that does not trust the sandbox's authority refuses to speak", async () => {
    const { host, port } = started.at.smtp;
    const transport = createTransport({ host, port, requireTLS: true, tls: { servername: 'localhost' } });
    await expect(transport.sendMail({ from: 'a@b.example', to: 'payer2payer@1up.health', text: 'x' })).rejects.toThrow(
      'certificate',
    );
  });

  test('mail for nobody here is refused', async () => {
    await expect(send({ text: memberText(), to: 'else@1up.health' })).rejects.toThrow('550');
  });

  test.each([
    ['reset-before-storing', []],
    ['reset-after-storing', ['approved']],
  ] as const)('%s after DATA loses the answer; the mailbox then holds %j', async (kind, expected) => {
    await admin(started.at, 'PUT', '/faults', [{ kind, route: 'SMTP DATA', times: 1 }]);
    await expect(send({ text: memberText() })).rejects.toThrow(/ECONNRESET|closed|hang up/i);
    expect(await outcomes()).toEqual(expected);
  });
});
