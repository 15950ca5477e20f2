import { isObject, type JsonObject, type Operator } from './mutation.ts';

const uuid = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0';
const base = 'http://example.org/fhir';
const organization = { resourceType: 'Organization', id: 'org', active: true, name: 'One' };

type Change = (bundle: JsonObject, entry: JsonObject) => void;

const entryChanges: readonly Change[] = [
  () => undefined,
  (_, entry) => void delete entry['fullUrl'],
  (_, entry) => void (entry['fullUrl'] = uuid),
  (_, entry) => void (entry['fullUrl'] = 'Patient/1'),
  (_, entry) => void (entry['fullUrl'] = `${base}/Other/1`),
  (_, entry) => void (entry['fullUrl'] = `${base}/Patient/another`),
  (_, entry) => void (entry['fullUrl'] = `${String(entry['fullUrl'])}/_history/1`),
  (_, entry) => void (entry['fullUrl'] = 'urn:uuid:0C3151BD'),
  (_, entry) => void (entry['fullUrl'] = 'urn:oid:1.2.3'),
  (_, entry) => void delete (entry['resource'] as JsonObject)['id'],
  (_, entry) => void delete entry['resource'],
  (_, entry) => void (entry['search'] = { mode: 'match', score: 2 }),
  (_, entry) => void (entry['search'] = { mode: 'outcome' }),
  (_, entry) => void (entry['request'] = { method: 'PUT', url: 'Patient/1' }),
  (_, entry) => void (entry['request'] = { method: 'FETCH', url: 'Patient/1' }),
  (_, entry) => void (entry['response'] = { status: '200 OK' }),
  (_, entry) => void (entry['response'] = {}),
  (_, entry) => void (entry['link'] = [{ relation: 'self', url: 'x' }]),
];

const bundleChanges: readonly Change[] = [
  (bundle) => void (bundle['total'] = 1),
  (bundle) => void (bundle['total'] = -1),
  (bundle) => void (bundle['entry'] = []),
  (bundle) => void delete bundle['entry'],
  (bundle) => void delete bundle['type'],
  (bundle) => void (bundle['link'] = [{ relation: 'self', url: base }]),
  (bundle) =>
    void (bundle['link'] = [
      { relation: 'next', url: base },
      { relation: 'next', url: `${base}?page=2` },
    ]),
  (bundle) => void (bundle['link'] = [{ relation: 'self' }]),
  (bundle) => void (bundle['identifier'] = { system: 'http://example.org', value: '1' }),
  (bundle) => void (bundle['timestamp'] = '2023-05-05'),
  (bundle) => void (bundle['timestamp'] = '2023-05-05T10:00:00Z'),
  (bundle, entry) => void (bundle['entry'] as unknown[]).push(structuredClone(entry)),
  (bundle, entry) =>
    void (bundle['entry'] as unknown[]).push({ ...structuredClone(entry), fullUrl: `${base}/Patient/1` }),
  (bundle) => void (bundle['entry'] as unknown[]).push({ fullUrl: `${base}/Organization/org`, resource: organization }),
  (bundle) => void (bundle['entry'] as unknown[]).unshift({ fullUrl: uuid, resource: organization }),
  (bundle) => void (bundle['entry'] as unknown[]).push({}),
];

const types = ['collection', 'searchset', 'transaction', 'batch', 'history', 'document', 'message', 'bogus'];

/** The resource as the entry of a Bundle that is odd in one way. */
export const bundleOperators: Readonly<Record<string, Operator>> = {
  'in-bundle': ({ resource, random }) => {
    if (resource['resourceType'] === 'Bundle') return 'not-applicable';
    const inner = structuredClone(resource);
    const entry: JsonObject = {
      fullUrl: `${base}/${String(inner['resourceType'])}/${String(inner['id'])}`,
      resource: inner,
    };
    const bundle: JsonObject = {
      resourceType: 'Bundle',
      type: random.pick(['collection', 'searchset']),
      entry: [entry],
    };
    if (random.chance(0.3)) bundle['type'] = random.pick(types);
    random.pick([...entryChanges, ...bundleChanges])(bundle, entry);
    return { text: JSON.stringify(bundle) };
  },
  'odd-entry': ({ resource, random }) => {
    if (!Array.isArray(resource['entry'])) return 'not-applicable';
    const entry = random.pick<unknown>(resource['entry']);
    if (!isObject(entry) || !isObject(entry['resource'])) return 'not-applicable';
    random.pick(entryChanges)(resource, entry);
    return undefined;
  },
};
