import type { EvidenceOutcome, OnboardingEvent } from '../../schemas/onboarding.ts';

/** Where we stand with a counterpart before any member is sent. `unknown` also where the program ended before the mail server's answer. */
export type EvidenceState = 'none' | 'granted' | EvidenceOutcome;

/** The strongest first: what has gone out, or may have, is not undone by another mail that failed. */
const strength: readonly EvidenceState[] = ['granted', 'accepted', 'written', 'unknown'];

/** Folds the events of a counterpart, mail by mail. */
export function evidenceState(events: readonly OnboardingEvent[]): EvidenceState {
  const states = new Map<string, EvidenceState>();
  for (const event of events) {
    if (event.kind === 'granted') states.set('', 'granted');
    else states.set(event.messageId, event.kind === 'attempted' ? 'unknown' : event.outcome);
  }
  const found = [...states.values()];
  return strength.find((state) => found.includes(state)) ?? found.at(-1) ?? 'none';
}

/** True where a mail may go out without a person's word for a second one: nothing of an earlier one can have arrived. */
export function mayBeSent(state: EvidenceState): boolean {
  return state === 'none' || state === 'refused' || state === 'unsent';
}

/** True where the counterpart has our evidence for all that we know, or needs none. */
export function isSubmitted(state: EvidenceState): boolean {
  return state === 'granted' || state === 'accepted' || state === 'written';
}
