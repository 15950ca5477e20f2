/** FHIRPath's conversions (N1, 5.5). Every one gives nothing where the value cannot be converted. */
export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

export function toDecimal(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

const yes = new Set(['true', 't', 'yes', 'y', '1', '1.0']);
const no = new Set(['false', 'f', 'no', 'n', '0', '0.0']);

export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).toLowerCase();
  return yes.has(text) ? true : no.has(text) ? false : undefined;
}

export function toText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

export function toDate(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\d{4}(?:-\d\d(?:-\d\d)?)?/.exec(value)?.[0] : undefined;
}

export function toDateTime(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d.*)?)?)?$/.test(value) ? value : undefined;
}

export function toTime(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?$/.test(value) ? value : undefined;
}
