import type { Environment } from './environment.ts';
import { extension, extensionDetails } from './extension.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `_name` beside `name`: an object with an id and extensions; without a value there must be extensions (ele-1). */
export function primitiveElement(
  element: unknown,
  e: Environment,
  site: string,
  type: string,
  value: unknown,
): boolean {
  if (!isFields(element)) return false;
  let extensions = false;
  let empty = true;
  for (const key in element) {
    empty = false;
    if (key === 'extension') {
      const list = element[key];
      if (!Array.isArray(list) || list.length === 0) return false;
      for (let i = 0; i < list.length; i += 1) if (!extension(list[i], e, site, type, false, false)) return false;
      extensions = true;
    } else if (key !== 'id' || typeof element[key] !== 'string' || element[key] === '' || e.repeatsId(element[key]))
      return false;
  }
  return !empty && (extensions || (value !== undefined && value !== null));
}

/** `_name` beside a list: one object or null for each place. */
export function primitiveElements(list: unknown, e: Environment, site: string, type: string, values: unknown): boolean {
  if (!Array.isArray(list) || list.length === 0) return false;
  const beside: readonly unknown[] = Array.isArray(values) ? values : [];
  for (let i = 0; i < list.length; i += 1) {
    if (list[i] === null) {
      if (beside[i] === undefined || beside[i] === null) return false;
    } else if (!primitiveElement(list[i], e, site, type, beside[i])) return false;
  }
  return true;
}

/** True where some element of a list has extensions alone. */
export function lacksValue(list: unknown, values: unknown): boolean {
  const beside: readonly unknown[] = Array.isArray(values) ? values : [];
  return Array.isArray(list) && list.some((one, index) => one !== null && (beside[index] ?? null) === null);
}

/** As primitiveElement, reporting. */
export function primitiveElementDetails(
  element: unknown,
  e: Environment,
  site: string,
  type: string,
  value: unknown,
  path: string,
): void {
  if (!isFields(element)) {
    e.add(path, 'error', 'structure', 'The property with the underscore must be an object with an id or extensions.');
    return;
  }
  const list = element['extension'];
  let empty = true;
  for (const key in element) {
    empty = false;
    if (key === 'id' && e.repeatsId(element[key]))
      e.add(`${path}.id`, 'error', 'invalid', 'Another element of the resource has this id.');
    else if (key === 'id' && (typeof element[key] !== 'string' || element[key] === ''))
      e.add(`${path}.id`, 'error', 'value', 'The id of an element must be a text.');
    else if (key !== 'id' && key !== 'extension')
      e.add(`${path}.${e.nameOf(key)}`, 'error', 'structure', 'The property is not one of this element.');
  }
  if (list !== undefined && (!Array.isArray(list) || list.length === 0))
    e.add(`${path}.extension`, 'error', 'structure', 'The element repeats: it must be a JSON array with items.');
  else if (Array.isArray(list))
    list.forEach((one, index) => extensionDetails(one, e, site, type, false, false, `${path}.extension[${index}]`));
  if (empty || (list === undefined && (value === undefined || value === null)))
    e.add(path, 'error', 'invalid', 'The element is empty: it must have a value or extensions.', undefined, 'ele-1');
}

/** As primitiveElements, reporting. */
export function primitiveElementsDetails(
  list: unknown,
  e: Environment,
  site: string,
  type: string,
  values: unknown,
  path: string,
): void {
  if (!Array.isArray(list) || list.length === 0) {
    e.add(path, 'error', 'structure', 'The property with the underscore must be an array beside an array.');
    return;
  }
  const beside: readonly unknown[] = Array.isArray(values) ? values : [];
  list.forEach((one, index) => {
    const at = `${path}[${index}]`;
    if (one !== null) primitiveElementDetails(one, e, site, type, beside[index], at);
    else if (beside[index] === undefined || beside[index] === null)
      e.add(at, 'error', 'invalid', 'A null in a list needs a value at the same place of the other list.');
  });
}
