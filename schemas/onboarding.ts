import type { ObjectKey } from './ids.ts';

/** How the mail with the evidence went: by SMTP, or `written` as a file to send by hand. */
export type EvidenceOutcome = 'accepted' | 'written' | 'refused' | 'unsent' | 'unknown';

/** What can happen between us and a counterpart before any member is sent (seed, "Submit Evidence of Payer Membership"). No PHI. */
export type OnboardingBody =
  /** Committed before the first byte of the mail. */
  | { readonly kind: 'attempted'; readonly messageId: string; readonly mailObject: ObjectKey }
  | { readonly kind: 'answered'; readonly messageId: string; readonly outcome: EvidenceOutcome }
  /** Access was granted without a mail of ours. */
  | { readonly kind: 'granted' };

/** An event of a counterpart's onboarding as it stands in the ledger. */
export type OnboardingEvent = OnboardingBody & {
  /** 1 for the first of a counterpart. */
  readonly seq: number;
  readonly actor: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
};
