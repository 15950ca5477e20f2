import type { RecordedResource } from '../members/record/record-context.ts';
import { fitsDate } from './date-search.ts';

export interface SearchBy {
  readonly query: URLSearchParams;
  /** Whether `_lastUpdated` narrows a search. */
  readonly lastUpdated: boolean;
  readonly now: number;
}

/** Whether a resource fits `_id`, `category` and `_lastUpdated`; other parameters do not narrow a member's record. */
export function fitsSearch(resource: RecordedResource, { query, lastUpdated, now }: SearchBy): boolean {
  const id = query.get('_id');
  if (id !== null && !id.split(',').includes(resource.id)) return false;
  const category = query.get('category');
  if (category !== null && !category.split(',').some((code) => resource.categories.includes(afterBar(code))))
    return false;
  const conditions = lastUpdated ? query.getAll('_lastUpdated') : [];
  return conditions.every((condition) => fitsDate(resource.lastUpdated, condition, now));
}

function afterBar(token: string): string {
  return token.slice(token.indexOf('|') + 1);
}
