import type { TransferState } from '../../schemas/states.ts';

/** What a transfer waits for, and what a person can type to make it go on. */
export interface NextStep {
  readonly waitsFor: string;
  /** Command lines with `TRANSFER` and `BATCH` to be filled in; empty where the program goes on by itself. */
  readonly commands: readonly string[];
}

const nextSteps: Readonly<Record<TransferState, NextStep>> = {
  recorded: byItself('a worker, to begin'),
  prepared: byItself('a worker, to ask for the review'),
  'approval-requested': byPeople("the counterpart's review", [
    'carryover approve TRANSFER --decision approve|changes|clarify|refuse',
    'carryover token TRANSFER --file FILE',
  ]),
  'changes-requested': byPeople('corrected data', ['carryover resubmit TRANSFER --corrections FILE']),
  'clarification-requested': byPeople('an answer to the reviewer, then the review again', [
    'carryover resubmit TRANSFER',
  ]),
  'token-waiting': byPeople('the access token that the counterpart mails', ['carryover token TRANSFER --file FILE']),
  sending: byItself('answers to its writes'),
  paused: byPeople('somebody to let it go on', ['carryover resume TRANSFER', 'carryover cancel TRANSFER']),
  'needs-decision': byPeople('a decision about writes whose answer was lost', [
    'carryover decide TRANSFER --decision accept --why TEXT',
    'carryover decide TRANSFER --decision resend --why TEXT',
  ]),
  'link-issued': byPeople('the member, to open the authorization link', [
    'carryover links BATCH',
    'carryover links --reissue TRANSFER',
  ]),
  authorized: byItself('the exchange of the authorization code'),
  reading: byItself("the pages of the member's record"),
  invalid: ended('nothing; the row is not a member record; correct it and launch it in a new roster'),
  sent: ended('nothing; everything was confirmed'),
  'sent-with-exceptions': ended('nothing; it has ended, and not everything was confirmed'),
  stored: ended('nothing; the record is stored'),
  refused: ended('nothing; the other side said no'),
  expired: ended('nothing; a deadline passed; launch the member again'),
  cancelled: ended('nothing; it was cancelled'),
  failed: ended('nothing; it failed; the reason says why'),
};

/** What goes on from a state. */
export function nextStep(state: TransferState): NextStep {
  return nextSteps[state];
}

function byItself(waitsFor: string): NextStep {
  return { waitsFor, commands: [] };
}

function byPeople(waitsFor: string, commands: readonly string[]): NextStep {
  return { waitsFor, commands };
}

function ended(waitsFor: string): NextStep {
  return { waitsFor, commands: [] };
}
