import { anObject, atOne, isItem, isObject, isProperty, isText, type Operator, put, takeOut } from './mutation.ts';

/** What is there, how often, and of which JSON type. */
export const structureOperators: Readonly<Record<string, Operator>> = {
  'remove-property': atOne(isProperty, takeOut),
  'remove-item': atOne(isItem, takeOut),
  'repeat-item': atOne(isItem, ({ parent, value }) => void (parent as unknown[]).push(structuredClone(value))),
  'rename-property': atOne(isProperty, (place, { random }) => {
    const object = place.parent as Record<string, unknown>;
    takeOut(place);
    object[random.pick([`${place.key}X`, place.key.toUpperCase(), `_${place.key}`])] = place.value;
  }),
  'empty-text': atOne(isText, (place) => put(place, '')),
  'empty-object': atOne(
    ({ value }) => isObject(value),
    (place) => put(place, {}),
  ),
  'empty-list': atOne(
    ({ value }) => Array.isArray(value),
    (place) => put(place, []),
  ),
  'null-property': atOne(isProperty, (place) => put(place, null)),
  'null-item': atOne(isItem, (place) => put(place, null)),
  'other-json-type': atOne(isProperty, (place, { random }) => {
    const others = [1, true, 'x', { a: 1 }, ['x'], 3.5].filter((other) => typeof other !== typeof place.value);
    put(place, random.pick<unknown>(others));
  }),
  'list-for-one': atOne(
    (place) => isProperty(place) && !Array.isArray(place.value),
    (place) => put(place, [place.value]),
  ),
  'one-for-list': atOne(
    ({ value }) => Array.isArray(value) && value.length > 0,
    (place) => put(place, (place.value as unknown[])[0]),
  ),
  'unknown-property': (mutation) => {
    anObject(mutation)[mutation.random.pick(['foo', 'fhir_comments', 'valueFoo', '_resourceType'])] = 'bar';
    return undefined;
  },
  'repeat-key': ({ resource, random }) => {
    const key = random.pick(Object.keys(resource));
    const text = JSON.stringify(resource);
    return { text: `{${JSON.stringify(key)}:${JSON.stringify(resource[key])},${text.slice(1)}` };
  },
  'two-choices': atOne(
    ({ key }) => /^(value|effective|onset|medication|deceased|performed|occurrence|multipleBirth)[A-Z]/.test(key),
    ({ parent, key }, { random }) => {
      const stem = /^[a-z]+(?:B)?(?:irth)?/.exec(key)?.[0] ?? key;
      const type = random.pick(['String', 'DateTime', 'Quantity', 'CodeableConcept', 'Boolean', 'Period']);
      (parent as Record<string, unknown>)[`${stem}${type}`] = random.pick<unknown>([
        '2020',
        'x',
        { text: 'x' },
        { value: 1 },
        true,
      ]);
    },
  ),
  'deep-value': (mutation) => {
    let extension: Record<string, unknown> = { url: 'http://example.org/inner', valueString: 'x' };
    for (let level = 0; level < 40; level += 1) extension = { url: 'http://example.org/outer', extension: [extension] };
    anObject(mutation)['extension'] = [extension];
    return undefined;
  },
};
