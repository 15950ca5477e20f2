import { anObject, atOne, isObject, type JsonObject, listOf, type Operator, type Place, put } from './mutation.ts';

const core = 'http://hl7.org/fhir/StructureDefinition';
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';

/** Well-known extensions, right and wrong ones, wherever they may come to stand. */
const known: readonly JsonObject[] = [
  { url: `${core}/patient-mothersMaidenName`, valueString: 'x' },
  { url: `${core}/patient-mothersMaidenName`, valueCode: 'x' },
  {
    url: `${core}/geolocation`,
    extension: [
      { url: 'latitude', valueDecimal: 1 },
      { url: 'longitude', valueDecimal: 2 },
    ],
  },
  { url: `${core}/geolocation`, extension: [{ url: 'latitude', valueDecimal: 1 }] },
  { url: `${core}/geolocation`, extension: [{ url: 'height', valueDecimal: 1 }] },
  { url: `${core}/rendered-value`, valueString: 'x' },
  { url: `${core}/data-absent-reason`, valueCode: 'nothing' },
  { url: `${core}/data-absent-reason|4.0.1`, valueCode: 'unknown' },
  { url: `${core}/humanname-own-prefix`, valueString: 'x' },
  { url: `${core}/iso21090-ADXP-streetName`, valueString: 'x' },
  { url: `${core}/condition-assertedDate`, valueDateTime: '2023' },
  { url: `${core}/patient-religion`, valueCodeableConcept: { text: 'x' } },
  { url: `${usCore}/us-core-race`, extension: [{ url: 'text', valueString: 'x' }] },
  { url: `${usCore}/us-core-race`, extension: [{ url: 'ombCategory', valueCoding: { code: 'x' } }] },
  { url: `${usCore}/us-core-ethnicity`, valueString: 'x' },
  { url: `${usCore}/us-core-nothing`, valueString: 'x' },
  { url: 'urn:oid:1.2.3', valueString: 'x' },
  { url: 'HTTP://example.org/x', valueString: 'x' },
  { url: 'http://example.org/x', valueString: '' },
  { url: 'http://example.org/x', valueString: 'x', valueBoolean: true },
  { url: 'http://example.org/x', valueQuantity: { value: 'x' } },
  { url: 'http://example.org/x', valueReference: { reference: '#none' } },
  { url: 'http://example.org/x', valueInteger64: '5' },
  { url: 'http://example.org/x', valueDateTime: '2023-02-30' },
  { url: 'http://example.org/x', valueCoding: { system: 'x', code: 'y' } },
  { url: 'http://example.org/x', extension: [] },
  { url: '', valueString: 'x' },
];

const isExtension = ({ value }: Place): boolean =>
  isObject(value) && typeof value['url'] === 'string' && !('resource' in value);

/** Extensions on other elements, as modifiers, repeated, with other values. */
export const extensionOperators: Readonly<Record<string, Operator>> = {
  'known-extension': (mutation) => {
    const { resource, random } = mutation;
    const object = random.chance(0.4) ? resource : anObject(mutation);
    const name = random.chance(0.15) ? 'modifierExtension' : 'extension';
    listOf(object, name).push(structuredClone(random.pick(known)));
    return undefined;
  },
  'moved-extension': (mutation) => {
    const found = mutation.places.filter(({ key, value }) => key === 'extension' && Array.isArray(value));
    if (found.length === 0) return 'not-applicable';
    const { parent, value } = mutation.random.pick(found);
    delete (parent as JsonObject)['extension'];
    anObject(mutation)[mutation.random.pick(['extension', 'extension', 'modifierExtension'])] = value;
    return undefined;
  },
  'repeated-extension': atOne(
    (place) => isExtension(place) && Array.isArray(place.parent),
    ({ parent, value }) => void (parent as unknown[]).push(structuredClone(value)),
  ),
  'other-extension-value': atOne(isExtension, ({ value }, { random }) => {
    const extension = value as JsonObject;
    for (const name of Object.keys(extension)) if (name.startsWith('value')) delete extension[name];
    if (random.chance(0.5)) delete extension['extension'];
    const [name, other] = random.pick<readonly [string, unknown]>([
      ['valueString', 'x'],
      ['valueCode', 'x'],
      ['valueBoolean', true],
      ['valueCoding', { system: 'http://example.org', code: 'x' }],
      ['valueCodeableConcept', { text: 'x' }],
      ['valueDateTime', '2023'],
      ['valueReference', { reference: 'Patient/1' }],
      ['valueUri', 'http://example.org'],
    ]);
    extension[name] = other;
  }),
  'extension-on-value': atOne(
    ({ parent, key, value }) =>
      !Array.isArray(parent) && typeof value === 'string' && !/^(resourceType|url|id|div)$/.test(key),
    ({ parent, key }, { random }) =>
      void ((parent as JsonObject)[`_${key}`] = { extension: [structuredClone(random.pick(known))] }),
  ),
  'other-extension-url': atOne(
    ({ key, value, parent }) =>
      key === 'url' && typeof value === 'string' && Object.keys(parent).some((name) => /^value|^extension/.test(name)),
    (place, { random }) =>
      put(
        place,
        random.pick([
          `${String(place.value)}x`,
          `${String(place.value)}|1`,
          'text',
          'ombCategory',
          String(place.value).toUpperCase(),
        ]),
      ),
  ),
};
