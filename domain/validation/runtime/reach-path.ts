type Test<E> = (value: unknown, environment: E) => boolean;
type Fields = Readonly<Record<string, unknown>>;

interface Resolver {
  /** The resource that a reference points at, where it is at hand. */
  resolve(reference: unknown): unknown;
}

/**
 * True where some value at a discriminator's path passes the test. Lists on the way are looked through; a choice is found by its
 * stem; `extension('url')` and `resolve()` are steps.
 */
export function reaches<E extends Resolver>(
  value: unknown,
  steps: readonly string[],
  from: number,
  test: Test<E>,
  environment: E,
): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => reaches(item, steps, from, test, environment));
  const step = steps[from];
  if (step === undefined) return test(value, environment);
  const next = (found: unknown) => reaches(found, steps, from + 1, test, environment);
  if (step === 'resolve()') return next(environment.resolve(value));
  if (typeof value !== 'object') return false;
  const fields = value as Fields;
  if (step.startsWith('extension(')) return next(extensionsBy(fields, step.slice("extension('".length, -"')".length)));
  if (step in fields) return next(fields[step]);
  return next(choiceOf(fields, step));
}

function extensionsBy({ extension }: Fields, url: string): unknown {
  return Array.isArray(extension) ? (extension as readonly Fields[]).filter((one) => one?.['url'] === url) : undefined;
}

/** Value of a choice by its stem: `valueQuantity` for `value`. */
export function choiceOf(fields: Fields, stem: string): unknown {
  for (const key in fields)
    if (key.startsWith(stem) && key.length > stem.length && isUpper(key.charCodeAt(stem.length))) return fields[key];
  return undefined;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** True where a value can be of one of these types: resources say theirs, others are told by their shape. */
export function isOfType(value: unknown, types: readonly string[]): boolean {
  if (typeof value === 'object' && value !== null) {
    const { resourceType } = value as Fields;
    if (typeof resourceType === 'string') return types.includes(resourceType);
    if ('reference' in value) return types.includes('Reference');
    if ('coding' in value) return types.includes('CodeableConcept');
    return true;
  }
  return types.some((type) => /^[a-z]/.test(type));
}
