import type { Database } from '../database.ts';
import type { FaultKind, FaultRule } from './fault-rule.ts';

interface CountedRule {
  readonly id: string;
  readonly rule: FaultRule;
  readonly route: RegExp;
  /** Requests that fitted route and member. */
  seen: number;
  hits: number;
}

/** The faults that one request runs into, by kind. */
export type FiredFaults = ReadonlyMap<FaultKind, FaultRule>;

export interface FaultList {
  replace(rules: readonly FaultRule[]): void;
  list(): { id: string; rule: FaultRule; seen: number; hits: number }[];
  /** Resolves when the rules are replaced the next time: what is held goes on then. */
  replaced(): Promise<void>;
  /** Counts the request under every rule that fits, and answers the rules that fire now. */
  fire(route: string, previousMemberId: string | null): FiredFaults;
}

/** The rules with their counts; both survive a restart. */
export function createFaultList(database: Database): FaultList {
  let counted = database.rows('SELECT * FROM fault_rules ORDER BY position').map((row): CountedRule => ({
    ...countedRule(String(row['id']), JSON.parse(String(row['rule'])) as FaultRule),
    seen: Number(row['seen']),
    hits: Number(row['hits']),
  }));
  let next = Promise.withResolvers<void>();
  return {
    replaced: () => next.promise,
    replace(rules) {
      next.resolve();
      next = Promise.withResolvers();
      counted = rules.map((rule, index) => countedRule(String(index + 1), rule));
      database.transaction(() => {
        database.run('DELETE FROM fault_rules');
        for (const [index, { id, rule }] of counted.entries()) {
          const sql = 'INSERT INTO fault_rules (id, position, rule) VALUES (?, ?, ?)';
          database.run(sql, id, index, JSON.stringify(rule));
        }
      });
    },
    list: () => counted.map(({ id, rule, seen, hits }) => ({ id, rule, seen, hits })),
    fire(route, previousMemberId) {
      const fitting = counted.filter((candidate) => fits(candidate, route, previousMemberId));
      if (fitting.length === 0) return new Map();
      const firing = fitting.filter(countAndDecide);
      database.transaction(() => {
        for (const { id, seen, hits } of fitting) {
          database.run('UPDATE fault_rules SET seen = ?, hits = ? WHERE id = ?', seen, hits, id);
        }
      });
      return new Map(firing.toReversed().map(({ rule }) => [rule.kind, rule]));
    },
  };
}

function countedRule(id: string, rule: FaultRule): CountedRule {
  const pattern = (rule.route ?? '*')
    .split('*')
    .map((text) => RegExp.escape(text))
    .join('.*');
  return { id, rule, route: new RegExp(`^${pattern}$`), seen: 0, hits: 0 };
}

function fits({ rule, route: pattern }: CountedRule, route: string, previousMemberId: string | null): boolean {
  if (!pattern.test(route)) return false;
  return rule.previousMemberId === undefined || rule.previousMemberId === previousMemberId;
}

function countAndDecide(counted: CountedRule): boolean {
  counted.seen += 1;
  const { ordinals, times } = counted.rule;
  if (ordinals !== undefined && !ordinals.includes(counted.seen)) return false;
  if (times !== undefined && counted.hits >= times) return false;
  counted.hits += 1;
  return true;
}
