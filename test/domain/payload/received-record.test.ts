import fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalJson } from '../../../domain/payload/canonical-json.ts';
import { receivedRecord } from '../../../domain/payload/received-record.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const resource = fc
  .record(
    {
      resourceType: fc.constantFrom('Observation', 'Condition'),
      id: fc.constantFrom('1', '2', '10'),
      status: fc.constantFrom('final', 'amended'),
      note: fc.constantFrom('a', 'b'),
    },
    { requiredKeys: ['resourceType'] },
  )
  .map((made) => made as FhirResource);

test('every content that was read is in the record once, and what is left over is counted as a repeat', () => {
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 30 }), (read) => {
      const { resources, repeats } = receivedRecord(read);
      const contents = resources.map(canonicalJson);
      expect(new Set(contents)).toEqual(new Set(read.map(canonicalJson)));
      expect(new Set(contents).size).toBe(contents.length);
      expect(resources.length + repeats).toBe(read.length);
    }),
  );
});

test('the order in which resources and their keys came does not show in the record', () => {
  const turned = ({ resourceType, ...rest }: FhirResource): FhirResource => ({
    ...Object.fromEntries(Object.entries(rest).toReversed()),
    resourceType,
  });
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 30 }), (read) => {
      const both = [...read, ...read.map(turned)];
      const lines = (of: readonly FhirResource[]) => receivedRecord(of).resources.map((made) => JSON.stringify(made));
      expect(lines(both.toReversed())).toEqual(lines(both));
    }),
  );
});

test('one id with two contents keeps both and says so; resources without an id are all kept', () => {
  const { resources, remarks, repeats } = receivedRecord([
    { resourceType: 'Observation', id: '1', status: 'final' },
    { resourceType: 'Observation', id: '1', status: 'amended' },
    { resourceType: 'Observation', status: 'final' },
    { resourceType: 'Observation', status: 'amended' },
    { status: 'amended', resourceType: 'Observation' },
  ]);
  expect(resources).toHaveLength(4);
  expect(repeats).toBe(1);
  expect(remarks).toEqual([
    { kind: 'without-id', resourceType: 'Observation', count: 2 },
    { kind: 'id-used-twice', resource: 'Observation/1', count: 2 },
  ]);
});
