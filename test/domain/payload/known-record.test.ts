import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalJson } from '../../../domain/payload/canonical-json.ts';
import {
  compareWithKnown,
  knownAfter,
  type KnownRecord,
  knownResources,
  nameOf,
  noLongerReturned,
} from '../../../domain/payload/known-record.ts';
import { receivedRecord } from '../../../domain/payload/received-record.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const hash = (text: string): string => `#${text}`;
const text = (resources: readonly FhirResource[]): readonly string[] => resources.map(canonicalJson).toSorted();
const types = new Set(['Observation', 'Goal']);

const resource = fc.record({
  resourceType: fc.constantFrom('Observation', 'Goal'),
  id: fc.constantFrom('1', '2', '3'),
  version: fc.integer({ min: 1, max: 3 }),
});
/** What the server holds at a read, each id once; whether only changes are asked for; what comes a second time, or though it has not changed. */
const step = fc.record({
  now: fc.uniqueArray(resource, { selector: nameOf, maxLength: 6 }),
  onlyChanges: fc.boolean(),
  extra: fc.array(fc.nat(5), { maxLength: 3 }),
});

function readOf(
  before: readonly FhirResource[],
  { now, onlyChanges, extra }: typeof step extends fc.Arbitrary<infer T> ? T : never,
) {
  const old = new Set(text(before));
  const came = onlyChanges ? now.filter((one) => !old.has(canonicalJson(one))) : now;
  return [...came, ...extra.flatMap((place) => now[place] ?? [])];
}

test('whoever applies the deliveries of a chain in order has what the server had, and gets nothing a second time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      let known: KnownRecord = new Map();
      let before: readonly FhirResource[] = [];
      const replica = new Map<string, string>();
      for (const one of steps) {
        const read = readOf(before, one);
        const { fresh, unchanged } = compareWithKnown(known, read, hash);
        expect(fresh.length + unchanged.length).toBe(read.length);
        const stored = receivedRecord(fresh).resources;
        for (const delivered of stored) {
          expect(replica.get(nameOf(delivered))).not.toBe(canonicalJson(delivered));
          replica.set(nameOf(delivered), canonicalJson(delivered));
        }
        expect(text(knownResources(known, unchanged))).toEqual(text(read.filter((came) => !fresh.includes(came))));
        known = knownAfter(known, { stored, unchanged }, hash);
        for (const held of one.now) expect(replica.get(nameOf(held))).toBe(canonicalJson(held));
        const returned = new Set(read.map(nameOf));
        const missing = noLongerReturned(known, returned, types);
        expect(missing).toEqual([...replica.keys()].filter((name) => !returned.has(name)).toSorted());
        before = one.now;
      }
      expect(
        [...known].map(([name, contents]) => [name, [...contents.values()].map(canonicalJson)]).toSorted(),
      ).toEqual([...replica].map(([name, content]) => [name, [content]]).toSorted());
    }),
  );
});

const v = (id: string | undefined, version: number): FhirResource => ({
  resourceType: 'Goal',
  ...(id === undefined ? {} : { id }),
  version,
});

/** What each of several reads brings that is not known. */
function freshOf(...reads: readonly (readonly FhirResource[])[]): readonly (readonly FhirResource[])[] {
  let known: KnownRecord = new Map();
  return reads.map((read) => {
    const { fresh, unchanged } = compareWithKnown(known, read, hash);
    known = knownAfter(known, { stored: fresh, unchanged }, hash);
    return fresh;
  });
}

test('what changes and changes back is new both times', () => {
  expect(freshOf([v('a', 1)], [v('a', 2)], [v('a', 1)], [v('a', 1)])).toEqual([
    [v('a', 1)],
    [v('a', 2)],
    [v('a', 1)],
    [],
  ]);
});

test('of several contents of one id only those that were not there at the last read are new', () => {
  const reads = [[v('a', 1), v('a', 2)], [v('a', 1), v('a', 3)], [v('a', 1), v('a', 3)], [v('a', 3)], [v('a', 1)]];
  expect(freshOf(...reads)).toEqual([reads[0], [v('a', 3)], [], [], [v('a', 1)]]);
});

test('resources without an id are told apart by their content, whatever came in between', () => {
  const reads = [[v(undefined, 1), v(undefined, 2)], [v(undefined, 3)], [v(undefined, 1), v(undefined, 3)]];
  expect(freshOf(...reads)).toEqual([reads[0], reads[1], []]);
  expect(
    noLongerReturned(
      knownAfter(new Map(), { stored: [v(undefined, 1)], unchanged: [] }, hash),
      new Set(),
      new Set(['Goal']),
    ),
  ).toEqual([]);
});
