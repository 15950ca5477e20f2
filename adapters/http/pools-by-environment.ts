import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { openHttpPools, type HttpPools } from './http-pool.ts';

type Environment = CounterpartProfile['environment'];

/** Sockets per origin: more than the members that a worker posts for at a time. */
const connections = 32;

/** The HTTP client of a worker: one set of pools for production, which speaks https only, and one for the sandbox. */
export function poolsByEnvironment(): {
  readonly poolsOf: (environment: Environment) => HttpPools;
  close(): Promise<void>;
} {
  const opened = new Map<Environment, HttpPools>();
  return {
    poolsOf(environment) {
      const known = opened.get(environment);
      if (known !== undefined) return known;
      const pools = openHttpPools({ connections, environment });
      opened.set(environment, pools);
      return pools;
    },
    async close() {
      await Promise.all([...opened.values()].map((pools) => pools.close()));
    },
  };
}
