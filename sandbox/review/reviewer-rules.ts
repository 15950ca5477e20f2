import type { Database } from '../database.ts';

export const REVIEWER_OUTCOMES = ['approve', 'changes', 'clarify', 'refuse', 'hold'] as const;
export type ReviewerOutcome = (typeof REVIEWER_OUTCOMES)[number];

export interface ReviewerRule {
  readonly previousMemberId: string;
  readonly outcome: ReviewerOutcome;
}

export interface ReviewerRules {
  set(rules: readonly ReviewerRule[]): void;
  list(): ReviewerRule[];
  /** Without a rule the reviewer approves. */
  outcomeFor(previousMemberId: string): ReviewerOutcome;
}

/** What the reviewer will say, member by member. */
export function createReviewerRules(database: Database): ReviewerRules {
  return {
    set(rules) {
      database.transaction(() => {
        for (const { previousMemberId, outcome } of rules) {
          database.run('INSERT OR REPLACE INTO reviewer_rules VALUES (?, ?)', previousMemberId, outcome);
        }
      });
    },
    list: () =>
      database.rows('SELECT * FROM reviewer_rules ORDER BY member_id').map((row) => ({
        previousMemberId: String(row['member_id']),
        outcome: row['outcome'] as ReviewerOutcome,
      })),
    outcomeFor(previousMemberId) {
      const row = database.row('SELECT outcome FROM reviewer_rules WHERE member_id = ?', previousMemberId);
      return (row?.['outcome'] as ReviewerOutcome | undefined) ?? 'approve';
    },
  };
}

/** Reads one rule or a list of them. Throws TypeError for anything else. */
export function readReviewerRules(value: unknown): ReviewerRule[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => {
    const { previousMemberId, outcome } = (item ?? {}) as Partial<Record<keyof ReviewerRule, unknown>>;
    if (typeof previousMemberId !== 'string') throw new TypeError('a reviewer rule needs previousMemberId');
    if (!REVIEWER_OUTCOMES.includes(outcome as ReviewerOutcome)) {
      throw new TypeError(`outcome must be one of ${REVIEWER_OUTCOMES.join(', ')}`);
    }
    return { previousMemberId, outcome: outcome as ReviewerOutcome };
  });
}
