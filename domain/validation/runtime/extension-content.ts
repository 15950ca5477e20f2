/** ext-1: true for an extension with both a value and extensions, or with neither. */
export function holdsBothOrNothing(extension: Readonly<Record<string, unknown>>): boolean {
  let value = false;
  let extensions = false;
  for (const key in extension)
    if (key === 'extension') extensions = true;
    else if (key.startsWith('value') || key.startsWith('_value')) value = true;
  return value === extensions;
}
