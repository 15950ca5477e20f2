import { anObject, atOne, isObject, isProperty, isText, listOf, type Operator, put, takeOut } from './mutation.ts';

const dataAbsentReason = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';
const xhtml = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>';

const extensions: readonly object[] = [
  { url: 'http://example.org/ext', valueString: 'x' },
  { url: 'relative', valueString: 'x' },
  { url: 'http://example.org/ext' },
  { valueString: 'x' },
  { url: 'http://example.org/ext', valueString: 'x', extension: [{ url: 'a', valueString: 'y' }] },
  { url: 'http://example.org/ext', valueFoo: 'x' },
  { url: dataAbsentReason, valueCode: 'unknown' },
  { url: dataAbsentReason, valueString: 'unknown' },
  { url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'X' } },
  { url: `${usCore}/us-core-birthsex`, valueCode: 'F' },
  { url: 'http://hl7.org/fhir/StructureDefinition/nonsense', valueString: 'x' },
];
const references = [
  'Medication/1',
  '#nope',
  '#',
  'Bogus/1',
  'http://example.org/fhir/Organization/1',
  'patient',
  'Patient/',
  'Patient/bad id',
  'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
  '?identifier=x',
  'Patient/1/_history/2',
];
const profiles: readonly unknown[] = [
  [`${usCore}/us-core-patient`],
  ['http://example.org/p'],
  ['http://hl7.org/fhir/StructureDefinition/vitalsigns'],
  ['not a url'],
  `${usCore}/us-core-patient`,
  [],
  [`${usCore}/us-core-observation-lab`],
];
const contained: readonly unknown[] = [
  { resourceType: 'Patient', id: 'c1' },
  { resourceType: 'Patient' },
  { resourceType: 'Bogus', id: 'c2' },
  { resourceType: 'Organization', id: 'c3', name: 'x', contained: [{ resourceType: 'Patient', id: 'z' }] },
  { resourceType: 'Patient', id: 'c5', gender: 'foo' },
];
const narratives: readonly ((div: string) => string)[] = [
  (div) => div.replace('</div>', '<script>x</script></div>'),
  (div) => div.replace(' xmlns="http://www.w3.org/1999/xhtml"', ''),
  () => '<div xmlns="http://www.w3.org/1999/xhtml"> </div>',
  () => '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
  (div) => div.replace('>', ' onclick="x">'),
  (div) => div.replace('</div>', '<foo>x</foo></div>'),
  (div) => div.replace('</div>', '&nbsp;</div>'),
  (div) => div.replace('</div>', '<a href="#zz">q</a></div>'),
  (div) => div.replace('</div>', '<b>x</i></div>'),
  (div) => div.replace('</div>', '<!-- c --></div>'),
  (div) => div.replace('</div>', '<br></div>'),
  (div) => div.replace('>', ' style="color:red" class="x" id="q">'),
  () => 'plain text',
];

/** Extensions, slices, references, contained resources, profiles, narrative and ids. */
export const ruleOperators: Readonly<Record<string, Operator>> = {
  'add-extension': (mutation) => {
    listOf(anObject(mutation), 'extension').push(structuredClone(mutation.random.pick(extensions)));
    return undefined;
  },
  'add-modifier': (mutation) => {
    listOf(anObject(mutation), 'modifierExtension').push({ url: 'http://example.org/modifier', valueBoolean: true });
    return undefined;
  },
  'absent-with-reason': atOne(
    (place) => isText(place) && isProperty(place),
    (place) => {
      takeOut(place);
      (place.parent as Record<string, unknown>)[`_${place.key}`] = {
        extension: [{ url: dataAbsentReason, valueCode: 'unknown' }],
      };
    },
  ),
  'beside-value': atOne(
    (place) => isText(place) && isProperty(place),
    ({ parent, key }, { random }) =>
      void ((parent as Record<string, unknown>)[`_${key}`] = random.pick<unknown>([
        { id: 'a1' },
        {},
        { foo: 1 },
        'x',
        { extension: [] },
        { extension: [{ url: 'http://example.org/e', valueString: 'x' }] },
      ])),
  ),
  'remove-slice': atOne(
    ({ parent, value }) =>
      Array.isArray(parent) && isObject(value) && ('url' in value || 'coding' in value || 'code' in value),
    takeOut,
  ),
  'repeat-slice': atOne(
    ({ parent, value }) =>
      Array.isArray(parent) && isObject(value) && ('url' in value || 'coding' in value || 'code' in value),
    ({ parent, value }) => void (parent as unknown[]).push(structuredClone(value)),
  ),
  'other-reference': atOne(
    ({ key }) => key === 'reference',
    (place, { random }) => put(place, random.pick(references)),
  ),
  'add-contained': ({ resource, random }) => {
    listOf(resource, 'contained').push(structuredClone(random.pick(contained)));
    return undefined;
  },
  'referred-contained': ({ resource, random }) => {
    listOf(resource, 'contained').push({
      resourceType: random.pick(['Organization', 'Patient']),
      id: 'kept',
      active: true,
    });
    resource['extension'] = [{ url: 'http://example.org/r', valueReference: { reference: '#kept' } }];
    return undefined;
  },
  'other-profile': ({ resource, random }) => {
    resource['meta'] = { ...(resource['meta'] as object | undefined), profile: structuredClone(random.pick(profiles)) };
    return undefined;
  },
  'one-more-profile': ({ resource }) => {
    const meta = { ...(resource['meta'] as { profile?: string[] } | undefined) };
    meta.profile = [
      ...(meta.profile ?? []),
      `http://hl7.org/fhir/StructureDefinition/${String(resource['resourceType'])}`,
    ];
    resource['meta'] = meta;
    return undefined;
  },
  'odd-meta': ({ resource, random }) => {
    resource['meta'] = {
      ...(resource['meta'] as object | undefined),
      ...random.pick<object>([
        { lastUpdated: '2020' },
        { versionId: 'a b' },
        { source: 'x y' },
        { security: [{}] },
        { tag: [] },
      ]),
    };
    return undefined;
  },
  'other-narrative': ({ resource, random }) => {
    const text = isObject(resource['text']) ? resource['text'] : { status: 'generated', div: xhtml };
    const div = typeof text['div'] === 'string' ? text['div'] : xhtml;
    resource['text'] = { ...text, div: random.pick(narratives)(div) };
    return undefined;
  },
  'repeated-element-id': ({ places, random }) => {
    const objects = places.map(({ value }) => value).filter(isObject);
    if (objects.length < 2) return 'not-applicable';
    random.pick(objects)['id'] = 'a';
    random.pick(objects)['id'] = random.pick(['a', 'b', '']);
    return undefined;
  },
  'other-type': ({ resource, random }) => {
    resource['resourceType'] = random.pick<unknown>(['Basic', 'Nothing', 'patient', null, 5]);
    return undefined;
  },
};
