import type { World } from '../world.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { type AnswerOutcome, type Mailbox, createMailbox } from './mailbox.ts';
import { type MemberInformation, informationGaps } from './member-information.ts';
import { type ReviewerOutcome, type ReviewerRule, type ReviewerRules, createReviewerRules } from './reviewer-rules.ts';
import { mintToken } from './write-token.ts';

type MemberMail = Extract<IncomingMail, { kind: 'member-information' }>;

/** What the reviewer remembers of a member between mails. */
interface Review {
  /** What was asked for, and in which words the member information stood in that mail. */
  readonly asked?: { readonly outcome: 'changes' | 'clarify'; readonly text: string };
  /** The mail that waits for a decision. */
  readonly held?: { readonly messageId: string; readonly information: MemberInformation };
}

export interface Reviewer {
  readonly mailbox: Mailbox;
  readonly rules: ReviewerRules;
  /** Answers a mail that was kept; runs in the transaction that keeps it. */
  review(mail: IncomingMail): void;
  /** Sets rules, and decides mails on hold whose member is no longer on hold. */
  setRules(rules: readonly ReviewerRule[]): void;
}

/** "We will review your information and request, and either approve it or request changes or clarifications." (seed) */
export function createReviewer(world: World): Reviewer {
  const mailbox = createMailbox(world.database, world.clock);
  const rules = createReviewerRules(world.database);
  const desk: Desk = { world, mailbox, rules };
  return {
    mailbox,
    rules,
    review(mail) {
      // A reminder brings nothing new to decide about; what lies there is decided by the rules.
      if (mail.kind === 'reminder') return;
      if (mail.kind === 'member-information') reviewMember(desk, mail);
      else reviewEvidence(desk, mail);
    },
    setRules(changed) {
      world.database.transaction(() => {
        rules.set(changed);
        for (const { previousMemberId } of changed) decideHeld(desk, previousMemberId);
      });
    },
  };
}

interface Desk {
  readonly world: World;
  readonly mailbox: Mailbox;
  readonly rules: ReviewerRules;
}

/** "Submit Evidence of Payer Membership" (seed): name, company, link to the website, executive sponsor in CC. */
function reviewEvidence({ world, mailbox }: Desk, mail: IncomingMail): void {
  const gap = mail.kind === 'not-understood' ? 'a link to your company website' : 'the executive sponsor in CC';
  const complete = mail.kind === 'evidence' && mail.cc.length > 0;
  if (mail.kind === 'not-understood') world.findings.note('mail-not-understood', null, { messageId: mail.messageId });
  mailbox.write({
    previousMemberId: null,
    inReplyTo: mail.messageId,
    outcome: complete ? 'evidence-accepted' : 'clarification-requested',
    text: complete ? 'Your organization is known as a payer now.' : `We miss ${gap}.`,
  });
}

function reviewMember(desk: Desk, mail: MemberMail): void {
  const { world } = desk;
  const { information, messageId } = mail;
  const answered = mail.refersTo.map((id) => desk.mailbox.memberOfAnswer(id)).find((member) => member !== undefined);
  const { previousMemberId } = information;
  // A correction of the id itself stays the same case, by its thread.
  const memberCase = answered ?? previousMemberId;
  const gaps = informationGaps(information);
  if (world.switches.values.evidence === 'required' && !hasEvidence(world)) {
    return answer(desk, messageId, information, 'clarification-requested', 'Please submit evidence of being a payer.');
  }
  if (gaps.length > 0) {
    return answer(desk, messageId, information, 'changes-requested', `Please correct: ${gaps.join(', ')}.`);
  }
  const review = readReview(world, memberCase);
  const outcome = desk.rules.outcomeFor(memberCase);
  if (outcome === 'hold') return writeReview(world, memberCase, { ...review, held: { messageId, information } });
  decide(desk, memberCase, outcome, { messageId, information, text: mail.text }, review);
}

function decideHeld(desk: Desk, memberCase: string): void {
  const { held, ...review } = readReview(desk.world, memberCase);
  const outcome = desk.rules.outcomeFor(memberCase);
  if (held === undefined || outcome === 'hold') return;
  writeReview(desk.world, memberCase, review);
  decide(desk, memberCase, outcome, { ...held, text: '' }, review);
}

interface Case {
  readonly messageId: string;
  readonly information: MemberInformation;
  readonly text: string;
}

function decide(desk: Desk, memberCase: string, outcome: ReviewerOutcome, submitted: Case, review: Review): void {
  const { messageId, information, text } = submitted;
  if (outcome === 'refuse') {
    return answer(desk, messageId, information, 'refused', 'We cannot find this member in the previous plan.');
  }
  if (outcome === 'changes' || outcome === 'clarify') {
    // The same words again are no correction; any further mail is a clarification.
    const settled = review.asked !== undefined && (outcome === 'clarify' || review.asked.text !== text);
    if (!settled) {
      writeReview(desk.world, memberCase, { asked: { outcome, text } });
      return outcome === 'changes'
        ? answer(desk, messageId, information, 'changes-requested', 'Please check the member details and send again.')
        : answer(desk, messageId, information, 'clarification-requested', 'Please clarify the request and send again.');
    }
  }
  answer(desk, messageId, information, 'approved', 'Approved. Your access token and an example of its use are below.');
}

function answer(
  { world, mailbox }: Desk,
  inReplyTo: string,
  information: MemberInformation,
  outcome: AnswerOutcome,
  text: string,
): void {
  const { name, birthDate, previousMemberId } = information;
  const mail = { previousMemberId, inReplyTo, outcome, text };
  if (outcome !== 'approved') mailbox.write(mail);
  else mailbox.write({ ...mail, token: mintToken(world, { holder: { name, birthDate, previousMemberId } }) });
}

function hasEvidence(world: World): boolean {
  return world.database.row("SELECT 1 AS known FROM mails WHERE kind = 'evidence' LIMIT 1") !== undefined;
}

function readReview(world: World, memberCase: string): Review {
  const row = world.database.row('SELECT review FROM reviews WHERE member_id = ?', memberCase);
  return row === undefined ? {} : (JSON.parse(String(row['review'])) as Review);
}

function writeReview(world: World, memberCase: string, review: Review): void {
  world.database.run('INSERT OR REPLACE INTO reviews VALUES (?, ?)', memberCase, JSON.stringify(review));
}
