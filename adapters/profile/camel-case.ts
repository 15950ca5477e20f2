/** Tables whose keys are names of somebody else: URL parameters and roster columns stay as they are written. */
const foreignTables = ['authorize_parameters', 'aliases'];

/** The profile with the keys of our code: `max_entries` becomes `maxEntries`, at every depth. */
export function camelCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCaseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      foreignTables.includes(key) ? member : camelCaseKeys(member),
    ]),
  );
}
