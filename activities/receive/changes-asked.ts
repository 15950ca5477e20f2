import type { ReadJob } from './read-job.ts';

/**
 * Since when the changes of a type are asked for in this update (ISO 8601); undefined where it is read in full, as the profile has it or
 * because the server did not take the question.
 */
export function changesAskedSince({ earlier, pages }: Pick<ReadJob, 'earlier' | 'pages'>, resourceType: string) {
  const [first] = pages.of(resourceType);
  return first?.inFull === true ? undefined : earlier?.changedSince(resourceType);
}
