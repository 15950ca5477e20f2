import { anObject, atOne, isObject, isText, type JsonObject, type Operator, type Place, put } from './mutation.ts';

const references: readonly JsonObject[] = [
  {},
  { display: 'x' },
  { identifier: { system: 'http://example.org', value: '1' } },
  { identifier: { value: '1' }, type: 'Patient' },
  { type: 'Patient' },
  { reference: 'Patient/1', type: 'Patient' },
  { reference: 'Patient/1', type: 'Medication' },
  { reference: 'Patient/1', type: 'Nothing' },
  { reference: 'Medication/1', type: 'Patient' },
  { reference: 'https://example.org/fhir/Medication/1' },
  { reference: 'https://example.org/fhir/Patient/1/_history/2' },
  { reference: 'Patient/1#part' },
  { reference: 'http://example.org' },
  { reference: 'urn:oid:1.2.3' },
  { reference: 'mailto:a@example.org' },
  { reference: 'Patient/1|2' },
  { reference: 'Patient/1/' },
  { reference: '/Patient/1' },
  { reference: 'DomainResource/1' },
  { reference: `Patient/${'x'.repeat(65)}` },
  { reference: ['Patient/1'] },
];
const attachments: readonly JsonObject[] = [
  { contentType: 'text/plain', data: 'aGVsbG8=' },
  { contentType: 'text/plain', data: 'aGVsbG8' },
  { contentType: 'text/plain', data: 'aGVs bG8=' },
  { contentType: 'text/plain', data: 'a-b_' },
  { contentType: 'text/plain', data: '====' },
  { contentType: 'text/plain', data: 'aGVsbG8=', size: 5 },
  { contentType: 'text/plain', data: 'aGVsbG8=', size: 7 },
  { contentType: 'text/plain', data: 'aGVsbG8=', hash: 'x' },
  { data: 'aGVsbG8=' },
  { contentType: 'text', url: 'http://example.org' },
  { contentType: 'bogus', data: 'aGVsbG8=' },
  { url: 'http://example.org/a b' },
  { url: 'Binary/1' },
  { contentType: 'application/pdf', url: 'http://example.org', size: -1 },
  { contentType: 'application/pdf', url: 'http://example.org', size: '5' },
  { contentType: 'application/pdf', url: 'http://example.org', language: 'xx-YY' },
  { contentType: 'application/pdf', url: 'http://example.org', creation: '2023-13' },
  { title: '' },
];
const languages: readonly unknown[] = [
  'en',
  'en-US',
  'xx',
  'English',
  'EN-us',
  'de-CH-1996',
  'e',
  'en_US',
  '',
  5,
  ['en'],
];
/** Codes that are right somewhere. */
const knownCodes = `active final completed finished resolved confirmed entered-in-error unknown generated official home
  phone male order plan current laboratory vital-signs Active FINAL`.split(/\s+/);
const concepts: readonly unknown[] = [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'nothing' }] },
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] },
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }] },
  { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
  { coding: [{ system: 'http://snomed.info/sct', code: '38341003', version: '1' }] },
  { coding: [{}] },
  { coding: [] },
  { coding: [{ display: 'x' }] },
  { coding: [{ code: 'x' }], text: 'x' },
  { text: '' },
  { text: ['x'] },
  {},
  'x',
];
const units: readonly JsonObject[] = [
  { unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' },
  { unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mmHg' },
  { unit: 'beats', system: 'http://unitsofmeasure.org', code: '{beats}/min' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: 'MG' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: 'mg / dL' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: '10*3/uL' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: '1' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: '%' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: '[lb_av]' },
  { unit: 'x', system: 'http://unitsofmeasure.org', code: 'lbs' },
  { unit: 'x', code: 'mg' },
  { unit: 'x' },
  {},
];
const addresses: readonly unknown[] = [
  [{ line: ['1 Street'], city: 'X', state: 'NY', postalCode: '10001' }],
  [{ line: '1 Street' }],
  [{ use: 'castle', city: 'X' }],
  [{ type: 'both', period: { start: '2020', end: '2019' } }],
  [{ state: 'Nowhere', country: 'US' }],
  [{ postalCode: 10_001 }],
  [{}],
  { city: 'X' },
];

const isReference = ({ value }: Place): boolean =>
  isObject(value) && ('reference' in value || ('display' in value && !('code' in value) && !('system' in value)));
const isConcept = ({ value }: Place): boolean => isObject(value) && Array.isArray(value['coding']);
const isCode = ({ key, value }: Place): boolean =>
  typeof value === 'string' && /^(status|use|type|intent|gender|mode|kind|criticality|priority|code)$/.test(key);

/** Values of data types that are made of parts, and codes that are right elsewhere. */
export const typeOperators: Readonly<Record<string, Operator>> = {
  'odd-reference': atOne(isReference, (place, { random }) => put(place, structuredClone(random.pick(references)))),
  'odd-attachment': atOne(
    ({ key, value }) => key === 'attachment' || (isObject(value) && ('contentType' in value || 'data' in value)),
    (place, { random }) => put(place, structuredClone(random.pick(attachments))),
  ),
  'odd-language': (mutation) => {
    const { resource, random } = mutation;
    const object = random.chance(0.7) ? resource : anObject(mutation);
    object['language'] = random.pick(languages);
    return undefined;
  },
  'known-code': atOne(isCode, (place, { random }) => put(place, random.pick(knownCodes))),
  'other-concept': atOne(isConcept, (place, { random }) => put(place, structuredClone(random.pick(concepts)))),
  'other-unit': atOne(
    ({ value }) => isObject(value) && typeof value['value'] === 'number',
    (place, { random }) => {
      const { value, comparator } = place.value as JsonObject;
      put(place, { value, ...(comparator !== undefined && { comparator }), ...random.pick(units) });
    },
  ),
  'odd-address': ({ resource, random }) => {
    if (resource['address'] === undefined) return 'not-applicable';
    resource['address'] = structuredClone(random.pick(addresses));
    return undefined;
  },
  'odd-note': ({ resource, random }) => {
    resource['note'] = random.pick<unknown>([
      [{ text: 'x' }],
      [{ text: '' }],
      [{}],
      [{ authorString: 'x' }],
      [{ text: 'x', authorString: 'a', authorReference: { display: 'b' } }],
      [{ text: 'x', time: '2023' }],
      { text: 'x' },
    ]);
    return undefined;
  },
  'long-text': atOne(isText, (place, { random }) => put(place, 'x'.repeat(random.pick([64, 65, 300, 1_048_577])))),
};
