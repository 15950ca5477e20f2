/** Resources per member, in turn: three bundles to eight. */
export const memberSizes: readonly number[] = [60, 90, 45, 150, 70, 110];

/** How long an answer takes: most kills then fall into a POST. */
const answerMs = 300;

/**
 * Faults that make every answer slow: for every other member before storing, so that a kill leaves nothing stored, for
 * everybody else after it, so that a kill takes the answer away.
 */
export function slowAnswers(previousMemberIds: readonly string[]): readonly object[] {
  const slow = { kind: 'slow', delayMs: answerMs, route: 'POST /r4' };
  return [
    ...previousMemberIds
      .filter((_, index) => index % 2 === 0)
      .map((previousMemberId) => ({ ...slow, when: 'before-storing', previousMemberId })),
    { ...slow, when: 'after-storing' },
  ];
}
