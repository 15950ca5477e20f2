// Types of temporal-binary.js, which stays plain JavaScript: the set-up runs it before any TypeScript can run.

/** Looks for a Temporal program on the PATH, then in our cache. */
export function findTemporalBinary(env?: NodeJS.ProcessEnv): FoundTemporal | MissingTemporal;

interface FoundTemporal {
  readonly kind: 'found';
  readonly path: string;
  readonly from: 'PATH' | 'cache';
  /** What was passed over, and why. */
  readonly tried: readonly string[];
}

interface MissingTemporal {
  readonly kind: 'missing';
  readonly tried: readonly string[];
}
