import type { RecordedResource } from '../members/record/record-context.ts';

const COMPARISONS: Readonly<Record<string, (updated: number, asked: number) => boolean>> = {
  eq: (updated, asked) => updated === asked,
  gt: (updated, asked) => updated > asked,
  ge: (updated, asked) => updated >= asked,
  lt: (updated, asked) => updated < asked,
  le: (updated, asked) => updated <= asked,
};

/** Whether a resource fits `_id`, `category` and `_lastUpdated`; other parameters do not narrow a member's record. */
export function fitsSearch(resource: RecordedResource, query: URLSearchParams): boolean {
  const id = query.get('_id');
  if (id !== null && !id.split(',').includes(resource.id)) return false;
  const category = query.get('category');
  if (category !== null && !category.split(',').some((code) => resource.categories.includes(afterBar(code))))
    return false;
  return query.getAll('_lastUpdated').every((condition) => fitsDate(resource.lastUpdated, condition));
}

function afterBar(token: string): string {
  return token.slice(token.indexOf('|') + 1);
}

function fitsDate(lastUpdated: string, condition: string): boolean {
  const [, prefix = 'eq', date = ''] = /^(eq|gt|ge|lt|le)?(.*)$/.exec(condition) ?? [];
  return COMPARISONS[prefix]?.(Date.parse(lastUpdated), Date.parse(date)) ?? true;
}
