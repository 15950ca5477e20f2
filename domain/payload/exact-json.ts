interface RawJson {
  readonly rawJSON: string;
}

// TypeScript's library does not know these two yet (JSON.parse source text access, in Node since 22).
const exact = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

/**
 * JSON.parse that keeps numbers as they are written: 1.10 stays 1.10 when the value is stringified again, as FHIR's decimal
 * demands. A number that JavaScript would write otherwise becomes a raw JSON object. Error: SyntaxError, whose message holds content.
 */
export function parseExact(text: string): unknown {
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value,
  );
}

/** True for a number whose spelling was kept. */
export const isExactNumber = (value: unknown): value is RawJson => exact.isRawJSON(value);

/** The same value with ordinary numbers, for readers that calculate; without kept numbers it is the very same object. */
export function withPlainNumbers<T>(value: T): T {
  return plain(value) as T;
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isExactNumber(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) {
    const items = (value as readonly unknown[]).map(plain);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => [key, item, plain(item)] as const);
  return entries.some(([, before, after]) => before !== after)
    ? Object.fromEntries(entries.map(([key, , after]) => [key, after]))
    : value;
}
