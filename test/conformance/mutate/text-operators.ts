import { atOne, isObject, isProperty, isText, type JsonObject, type Operator, put, takeOut } from './mutation.ts';

const inside = (content: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>`;
const narratives: readonly string[] = [
  inside('<p>x</p>'),
  inside('<table><tr><td>x</td></tr></table>'),
  inside('<table><td>x</td></table>'),
  inside('<ul><li>x</li></ul>'),
  inside('<p><div>x</div></p>'),
  inside('<span><p>x</p></span>'),
  inside('<h1>x</h1><h7>x</h7>'),
  inside('<img src="x.png" alt="x"/>'),
  inside('<img src="x.png"/>'),
  inside('<a href="javascript:x">x</a>'),
  inside('<a href="http://example.org" target="_blank">x</a>'),
  inside('<a name="x">x</a><a href="#x">x</a>'),
  inside('<iframe src="x"/>'),
  inside('<style>x</style>'),
  inside('<form><input/></form>'),
  inside('<object data="x"/>'),
  inside('&lt; &amp; &copy; &#160; &#xA0;'),
  inside('&bogus;'),
  inside('a & b'),
  inside('a < b'),
  inside('<![CDATA[x]]>'),
  inside('<?x y?>x'),
  inside('<P>x</P>'),
  inside('<p class=x>x</p>'),
  inside('<p bogus="x">x</p>'),
  inside('<p lang="en" xml:lang="en" title="x" dir="ltr">x</p>'),
  inside('<font color="red">x</font>'),
  inside('<b><p>x</b></p>'),
  inside('<p>x'),
  inside(''),
  inside('<img src="data:x" alt=""/>'),
  `<?xml version="1.0"?>${inside('x')}`,
  `${inside('x')}${inside('y')}`,
  ` ${inside('x')} `,
  '<div xmlns="http://example.org">x</div>',
  '<html xmlns="http://www.w3.org/1999/xhtml"><body><div>x</div></body></html>',
  '<x:div xmlns:x="http://www.w3.org/1999/xhtml">x</x:div>',
  '<div>x</div>',
  '<div xmlns="http://www.w3.org/1999/xhtml"/>',
  '',
];

/** Narratives, the spelling of the JSON, and primitives in another JSON type. */
export const textOperators: Readonly<Record<string, Operator>> = {
  'odd-narrative': ({ resource, random }) => {
    resource['text'] = { status: 'generated', div: random.pick(narratives) };
    return undefined;
  },
  'odd-narrative-part': ({ resource, random }) => {
    resource['text'] = random.pick<unknown>([
      { div: inside('x') },
      { status: 'generated' },
      { status: 'bogus', div: inside('x') },
      { status: 'empty', div: inside('x') },
      { status: 'generated', div: [inside('x')] },
      { status: 'generated', div: inside('x'), text: 'x' },
      'x',
      [],
    ]);
    return undefined;
  },
  'repeat-inner-key': (mutation) => {
    const objects = mutation.places.filter(({ value }) => isObject(value) && Object.keys(value).length > 0);
    if (objects.length === 0) return 'not-applicable';
    const place = mutation.random.pick(objects);
    const object = place.value as JsonObject;
    const key = mutation.random.pick(Object.keys(object));
    const text = JSON.stringify(object);
    put(place, '@@');
    const twice = `{${JSON.stringify(key)}:${JSON.stringify(object[key])},${text.slice(1)}`;
    return { text: JSON.stringify(mutation.resource).replace('"@@"', () => twice) };
  },
  'broken-json': ({ resource, random }) => {
    const text = JSON.stringify(resource);
    return {
      text: random.pick([
        text.slice(0, -1),
        `${text}}`,
        text.replace('{', '{,'),
        text.replace(/\}$/, ',}'),
        text.replace(':', '='),
        text.replaceAll('"', "'"),
        `/* x */${text}`,
        `[${text}]`,
        `${text}\n${text}`,
        JSON.stringify(resource, undefined, 2),
        `\n\t${text}\n`,
      ]),
    };
  },
  'primitive-as-other': atOne(
    ({ value }) =>
      typeof value === 'boolean' || typeof value === 'number' || /^\d+$|^(true|false)$/.test(String(value)),
    (place) =>
      put(
        place,
        typeof place.value === 'string'
          ? (JSON.parse(place.value.replace(/^0+(?=\d)/, '')) as unknown)
          : String(place.value),
      ),
  ),
  'other-choice-type': atOne(
    ({ parent, key }) =>
      !Array.isArray(parent) &&
      /^(value|effective|onset|medication|deceased|performed|occurrence|abatement|reported|asNeeded)[A-Z]/.test(key),
    (place, { random }) => {
      const stem = /^[a-z]+(?:Needed)?/.exec(place.key)?.[0] ?? place.key;
      const [type, value] = random.pick<readonly [string, unknown]>([
        ['String', 'x'],
        ['Boolean', true],
        ['DateTime', '2023-05-05'],
        ['DateTime', 'x'],
        ['Period', { start: '2023-05-05' }],
        ['Quantity', { value: 1, unit: 'x' }],
        ['Age', { value: 1, system: 'http://unitsofmeasure.org', code: 'a' }],
        ['CodeableConcept', { text: 'x' }],
        ['Reference', { reference: 'Medication/1' }],
        ['Instant', '2023-05-05T10:00:00Z'],
        ['Integer', 5],
        ['Bogus', 'x'],
      ]);
      takeOut(place);
      (place.parent as JsonObject)[`${stem}${type}`] = value;
    },
  ),
  'remove-several': ({ resource, random }) => {
    const names = Object.keys(resource).filter((name) => !/^(resourceType|id|meta)$/.test(name));
    if (names.length < 4) return 'not-applicable';
    for (let left = 3; left > 0; left -= 1) delete resource[random.pick(names)];
    return undefined;
  },
  'moved-property': (mutation) => {
    const found = mutation.places.filter((place) => isProperty(place));
    if (found.length === 0) return 'not-applicable';
    const place = mutation.random.pick(found);
    const objects = mutation.places.map(({ value }) => value).filter(isObject);
    takeOut(place);
    mutation.random.pick([mutation.resource, ...objects])[place.key] = place.value;
    return undefined;
  },
  'odd-letters': atOne(isText, (place, { random }) =>
    put(
      place,
      random.pick([
        '\u00e9\u4e2d',
        '\ud83d\ude00',
        '<b>x</b>',
        '<script>',
        '${x}',
        '%20',
        '\\',
        '"',
        "'; DROP TABLE",
        '\u202ex',
        '\ufeffx',
      ]),
    ),
  ),
};
