import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { walkReferences } from '../../../domain/payload/walk-references.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const baseUrl = 'https://fhir.plan.example/r4';
const types = new Set(['Practitioner', 'Organization']);

const referring = (...references: string[]): FhirResource => ({
  resourceType: 'Encounter',
  id: 'e',
  participant: references.map((reference) => ({ individual: { reference } })),
});

/** Reads from `server` by name until nothing is left. */
function walkThrough(record: readonly FhirResource[], server: Readonly<Record<string, FhirResource>>): string[] {
  const walk = walkReferences(record, { baseUrl, types });
  const asked: string[] = [];
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    asked.push(name);
    const resource = server[name];
    if (resource !== undefined) walk.found(resource);
  }
  return asked;
}

test('relative references and those to the own base are followed in the order of the record, each once', () => {
  const record = [
    referring('Practitioner/b', `${baseUrl}/Organization/c`, 'Practitioner/b'),
    referring('Organization/c', 'Practitioner/a'),
  ];
  expect(walkThrough(record, {})).toEqual(['Practitioner/b', 'Organization/c', 'Practitioner/a']);
});

test.each([
  'Patient/p',
  '#contained',
  'urn:uuid:2c3cbe9a-0001-4a3c-8a4c-3f3e3d3c3b3a',
  'https://other.example/r4/Practitioner/b',
  'Practitioner/b/_history/2',
  'Practitioner/..',
  'Practitioner/b?_format=xml',
  'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893',
  'Practitioner/',
])('%s is not followed', (reference) => {
  expect(walkThrough([referring(reference)], {})).toEqual([]);
});

test('what the record brought is not read again, and what was read is walked through too', () => {
  const server = {
    'Practitioner/b': { ...referring('Organization/o', 'Organization/mine'), resourceType: 'Practitioner', id: 'b' },
    'Organization/o': { ...referring('Practitioner/b'), resourceType: 'Organization', id: 'o' },
  };
  const mine: FhirResource = { resourceType: 'Organization', id: 'mine' };
  expect(walkThrough([mine, referring('Practitioner/b')], server)).toEqual(['Practitioner/b', 'Organization/o']);
});

test('in any graph, cycles too, everything that can be reached is asked for exactly once', () => {
  const graphs = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(graphs, (edges) => {
      const name = (node: number) => `Practitioner/${node}`;
      const nodes = edges.map((targets, node) => ({
        ...referring(...targets.map(name)),
        resourceType: 'Practitioner',
        id: String(node),
      }));
      const reached = new Set<number>();
      for (const wanted = [...(edges[0] ?? [])]; wanted.length > 0;) {
        const node = wanted.pop() ?? 0;
        if (node === 0 || reached.has(node)) continue;
        reached.add(node);
        wanted.push(...(edges[node] ?? []));
      }
      const asked = walkThrough(nodes.slice(0, 1), Object.fromEntries(nodes.map((node, at) => [name(at), node])));
      expect(asked.toSorted()).toEqual([...reached].map(name).toSorted());
    }),
  );
});
