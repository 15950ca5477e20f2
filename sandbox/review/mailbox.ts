import { randomUUID } from 'node:crypto';

import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';

/** "approve it or request changes or clarifications" (seed); a plain refusal is ours. */
export type AnswerOutcome =
  | 'approved'
  | 'changes-requested'
  | 'clarification-requested'
  | 'refused'
  | 'evidence-accepted';

/** "You also receive an example of how to use the token to POST data to the 1up FHIR Server." (seed) */
export interface MailedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly postBaseUrl: string;
  readonly example: string;
}

export interface MailToWrite {
  readonly previousMemberId: string | null;
  /** Message-ID of the mail that it answers. */
  readonly inReplyTo: string;
  readonly outcome: AnswerOutcome;
  readonly text: string;
  readonly token?: MailedToken;
}

export interface AnswerMail extends MailToWrite {
  readonly id: number;
  readonly at: string;
  readonly messageId: string;
}

export interface Mailbox {
  write(mail: MailToWrite): AnswerMail;
  list(filter: { previousMemberId?: string; afterId?: number }): AnswerMail[];
  /** The member whose mail this Message-ID of an answer belongs to. */
  memberOfAnswer(messageId: string): string | undefined;
}

/** The answers of 1up's people, as the payer's inbox would hold them. */
export function createMailbox(database: Database, clock: Clock): Mailbox {
  return {
    write(mail) {
      const messageId = `<${randomUUID()}@1up.health>`;
      const sql = 'INSERT INTO answers (message_id, member_id, answer) VALUES (?, ?, ?) RETURNING id';
      const answer = { at: clock.iso(), messageId, ...mail };
      const row = database.row(sql, messageId, mail.previousMemberId, JSON.stringify(answer));
      return { id: Number(row?.['id']), ...answer };
    },
    list({ previousMemberId, afterId = 0 }) {
      const sql = 'SELECT * FROM answers WHERE id > ? AND (? IS NULL OR member_id = ?) ORDER BY id';
      const member = previousMemberId ?? null;
      return database.rows(sql, afterId, member, member).map((row) => {
        return { id: Number(row['id']), ...(JSON.parse(String(row['answer'])) as Omit<AnswerMail, 'id'>) };
      });
    },
    memberOfAnswer(messageId) {
      const row = database.row('SELECT member_id FROM answers WHERE message_id = ?', messageId);
      return (row?.['member_id'] as string | null | undefined) ?? undefined;
    },
  };
}
