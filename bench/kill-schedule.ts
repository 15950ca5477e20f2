import { seededRandom } from '../fixtures/seeded-random.ts';

/** One `kill -9`: how long after a post has begun, of whom, and how long they stay away. */
export interface Kill {
  readonly waitMs: number;
  readonly target: 'sender' | 'sandbox' | 'both';
  readonly downMs: number;
}

/** The kills of one seed, the same for every sender. */
export function killSchedule(seed: number, kills: number): readonly Kill[] {
  const random = seededRandom(`chaos/${seed}`);
  return Array.from({ length: kills }, () => ({
    waitMs: random.integer(0, 700),
    target: random.pick(['sender', 'sender', 'sandbox', 'both'] as const),
    downMs: random.integer(0, 400),
  }));
}
