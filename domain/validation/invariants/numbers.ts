type Result = number | undefined;

/** FHIRPath's arithmetic (N1, 6.6). Every function gives nothing where a side is missing or no number. */
export function plus(one: unknown, other: unknown): number | string | undefined {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  return typeof one === 'string' && typeof other === 'string' ? one + other : undefined;
}

export function minus(one: unknown, other: unknown): Result {
  return typeof one === 'number' && typeof other === 'number' ? one - other : undefined;
}

export function times(one: unknown, other: unknown): Result {
  return typeof one === 'number' && typeof other === 'number' ? one * other : undefined;
}

/** Division by zero gives nothing. */
export function divided(one: unknown, other: unknown): Result {
  return typeof one === 'number' && typeof other === 'number' && other !== 0 ? one / other : undefined;
}

export function quotient(one: unknown, other: unknown): Result {
  const result = divided(one, other);
  return result === undefined ? undefined : Math.trunc(result);
}

export function remainder(one: unknown, other: unknown): Result {
  return typeof one === 'number' && typeof other === 'number' && other !== 0 ? one % other : undefined;
}

/** `&`: what is missing counts as an empty text. */
export function concatenated(one: unknown, other: unknown): string {
  return `${textOf(one)}${textOf(other)}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function abs(value: unknown): Result {
  return typeof value === 'number' ? Math.abs(value) : undefined;
}

export function ceiling(value: unknown): Result {
  return typeof value === 'number' ? Math.ceil(value) : undefined;
}

export function floor(value: unknown): Result {
  return typeof value === 'number' ? Math.floor(value) : undefined;
}

export function truncate(value: unknown): Result {
  return typeof value === 'number' ? Math.trunc(value) : undefined;
}

export function round(value: unknown, places: unknown = 0): Result {
  if (typeof value !== 'number' || typeof places !== 'number') return undefined;
  return Number(value.toFixed(Math.min(Math.max(places, 0), 20)));
}

export function sqrt(value: unknown): Result {
  return typeof value === 'number' && value >= 0 ? Math.sqrt(value) : undefined;
}
