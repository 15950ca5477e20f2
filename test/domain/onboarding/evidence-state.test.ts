import { expect, test } from 'vitest';

import { evidenceState, isSubmitted, mayBeSent } from '../../../domain/onboarding/evidence-state.ts';
import { asObjectKey } from '../../../schemas/ids.ts';
import type { EvidenceOutcome, OnboardingEvent } from '../../../schemas/onboarding.ts';

/** Mails in order: each attempted, and answered where an outcome is given. */
function mails(...outcomes: readonly (EvidenceOutcome | 'crash' | 'granted')[]): readonly OnboardingEvent[] {
  const shared = { actor: 'a', at: '2026-01-01T00:00:00.000Z', seq: 1 };
  return outcomes.flatMap((outcome, index): readonly OnboardingEvent[] => {
    if (outcome === 'granted') return [{ ...shared, kind: 'granted' }];
    const messageId = `<${index}@x>`;
    const attempted = {
      ...shared,
      kind: 'attempted',
      messageId,
      mailObject: asObjectKey(`evidence/x/${index}`),
    } as const;
    return outcome === 'crash' ? [attempted] : [attempted, { ...shared, kind: 'answered', messageId, outcome }];
  });
}

test.each([
  [[], 'none'],
  [['accepted'], 'accepted'],
  [['unsent', 'accepted'], 'accepted'],
  [['refused', 'unsent'], 'unsent'],
  [['crash'], 'unknown'],
  // The first may have arrived, whatever became of the second.
  [['crash', 'unsent'], 'unknown'],
  [['unknown', 'refused'], 'unknown'],
  [['unknown', 'accepted'], 'accepted'],
  [['accepted', 'crash'], 'accepted'],
  [['granted', 'refused'], 'granted'],
] as const)('%j is %s', (outcomes, state) => {
  expect(evidenceState(mails(...outcomes))).toBe(state);
});

test('a mail goes out by itself only where none can have arrived', () => {
  const states = ['none', 'granted', 'accepted', 'written', 'refused', 'unsent', 'unknown'] as const;
  expect(states.filter(mayBeSent)).toEqual(['none', 'refused', 'unsent']);
  expect(states.filter(isSubmitted)).toEqual(['granted', 'accepted', 'written']);
});
