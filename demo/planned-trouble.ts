import type { Demo } from '../fixtures/write-demo.ts';
import type { Run } from './run.ts';

/** What is planted in four rows of the roster, for people. */
export const troubleText = {
  malformed: 'has a birth date that no calendar has',
  refused: 'is refused by the reviewer',
  'changes-requested-first': 'must be corrected first',
  'token-expires-after-bundle-1': 'loses its token on the way',
} as const;

/** The difficult rows, a line each. */
export function listTrouble({ rows }: Demo): string {
  const difficult = rows.flatMap(({ rowId, planted }) => (planted === 'nothing' ? [] : [{ rowId, planted }]));
  return difficult.map(({ rowId, planted }) => `    ${rowId} ${troubleText[planted]}`).join('\n');
}

/** Tells the sandbox whom to refuse, whom to ask for changes, and whose token to end early. */
export async function planTrouble({ admin }: Run, { reviewer }: Demo): Promise<void> {
  const { refused, changesRequestedFirst, tokenExpiresAfterBundle1 } = reviewer;
  await admin.setReviewerRules([
    ...refused.map((previousMemberId) => ({ previousMemberId, outcome: 'refuse' as const })),
    ...changesRequestedFirst.map((previousMemberId) => ({ previousMemberId, outcome: 'changes' as const })),
  ]);
  await admin.setFaults(
    tokenExpiresAfterBundle1.map((previousMemberId) => ({
      kind: 'expire-token' as const,
      route: 'POST /r4',
      previousMemberId,
      // Bundles are numbered from 0, requests from 1.
      ordinals: [2],
    })),
  );
}
