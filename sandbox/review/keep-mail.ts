import type { World } from '../world.ts';
import { type IncomingMail, parseMail } from './incoming-mail.ts';
import type { Reviewer } from './reviewer.ts';

/** Keeps one mail and lets the reviewer answer it, in one transaction; a repeat of a Message-ID is only noted. */
export async function keepMail(world: World, reviewer: Reviewer, raw: Buffer): Promise<void> {
  const parsed = await parseMail(raw);
  const { database, clock, findings } = world;
  database.transaction(() => {
    const thread = memberOfThread(world, parsed);
    const mail: IncomingMail =
      parsed.kind !== 'member-information' && thread !== undefined ? { ...parsed, kind: 'reminder' } : parsed;
    const memberId = mail.kind === 'member-information' ? mail.information.previousMemberId : (thread ?? null);
    const repeated = database.row('SELECT 1 AS seen FROM mails WHERE message_id = ?', mail.messageId) !== undefined;
    const sql =
      'INSERT INTO mails (at, message_id, kind, member_id, duplicate, raw, mail) VALUES (?, ?, ?, ?, ?, ?, ?)';
    const duplicate = repeated ? 1 : 0;
    database.run(sql, clock.iso(), mail.messageId, mail.kind, memberId, duplicate, raw, JSON.stringify(mail));
    noteSubject(world, mail);
    if (repeated) findings.note('duplicate-mail', memberId, { messageId: mail.messageId });
    else reviewer.review(mail);
  });
}

/** The member whose information a mail of the same thread brought. */
function memberOfThread({ database }: World, { refersTo }: IncomingMail): string | undefined {
  for (const messageId of refersTo) {
    const sql = "SELECT member_id FROM mails WHERE message_id = ? AND kind = 'member-information'";
    const member = database.row(sql, messageId)?.['member_id'];
    if (typeof member === 'string') return member;
  }
  return undefined;
}

function noteSubject(world: World, mail: IncomingMail): void {
  if (mail.kind !== 'member-information') return;
  const { name, birthDate, previousMemberId } = mail.information;
  const told = [...name.split(/\s+/), birthDate, previousMemberId].some(
    (detail) => detail.length > 2 && mail.subject.includes(detail),
  );
  if (told) world.findings.note('member-data-in-subject', previousMemberId, { messageId: mail.messageId });
}
