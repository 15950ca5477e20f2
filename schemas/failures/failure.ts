/** What the program does about a failure by itself: `retry` it, or leave it to a person. */
type Retry = 'retry' | 'never';

/** One kind of failure: what the program does about it, and what people read. */
export interface Failure {
  readonly retry: Retry;
  /** The process exit code where a command ends on this failure (table in design.md and docs/errors.md). */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** What happened: a whole sentence, with no data in it. */
  readonly message: string;
  /** What to do next. */
  readonly advice: string;
}

/** A row of the catalogue: tried again or not, the exit code, what happened, what to do. */
export function failure(retry: Retry, exitCode: Failure['exitCode'], message: string, advice: string): Failure {
  return { retry, exitCode, message, advice };
}
