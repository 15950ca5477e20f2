import fc from 'fast-check';
import { expect, test } from 'vitest';

import { loadValidator } from '../../../adapters/validation/load-validator.ts';
import { generateMember } from '../../../fixtures/generate-member.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';

const validator = await loadValidator({ usCoreVersion: '6.1.0' });
const { resources } = generateMember({ seed: 7, index: 3 });

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Where to change a resource (a walk by shares of what is there) and what to put there; `undefined` takes away. */
const change = fc.record({
  resource: fc.nat(resources.length - 1),
  walk: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
  value: fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 })),
  name: fc.option(
    fc.constantFrom('extension', 'id', 'valueString', '_status', 'contained', 'reference', 'coding', 'colour'),
  ),
});

function changed({
  resource,
  walk,
  value,
  name,
}: typeof change extends fc.Arbitrary<infer T> ? T : never): FhirResource {
  const copy = JSON.parse(JSON.stringify(resources[resource])) as { [key: string]: Json };
  let parent: Json[] | { [key: string]: Json } = copy;
  let key: string | undefined;
  for (const share of walk) {
    const keys: readonly string[] = Object.keys(parent);
    key = keys[Math.floor(share * keys.length)];
    const next: Json | undefined = key === undefined ? undefined : (parent as { [key: string]: Json })[key];
    if (typeof next !== 'object' || next === null) break;
    parent = next;
    key = undefined;
  }
  const target = Array.isArray(parent) ? (key ?? '0') : (name ?? key ?? 'colour');
  if (value === undefined) Reflect.deleteProperty(parent, target);
  else Reflect.set(parent, target, value);
  return JSON.parse(JSON.stringify(copy)) as FhirResource;
}

test('the fast verdict and the details agree on every resource, however it is changed', () => {
  fc.assert(
    fc.property(change, (one) => {
      const resource = changed(one);
      const { valid, issues } = validator.judge(resource, { notes: true });
      const errors = issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');
      expect(errors.length === 0).toBe(valid);
      expect(validator.isValid(resource)).toBe(valid);
    }),
    { numRuns: 2_000 },
  );
});

test('a property that is not of the model is refused wherever it is put', () => {
  fc.assert(
    fc.property(change, (one) => {
      const { walk, resource } = one;
      const copy = JSON.parse(JSON.stringify(resources[resource])) as { [key: string]: Json };
      let place: { [key: string]: Json } = copy;
      let here: Json = copy;
      for (const share of walk) {
        const inside: Json[] = Object.values(here as object) as Json[];
        const next = inside[Math.floor(share * inside.length)];
        if (typeof next !== 'object' || next === null) break;
        here = next;
        if (!Array.isArray(next)) place = next;
      }
      place['colour'] = 'red';
      expect(validator.isValid(copy as unknown as FhirResource)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('judging does not change the resource, and says the same twice', () => {
  fc.assert(
    fc.property(change, (one) => {
      const resource = changed(one);
      const before = JSON.stringify(resource);
      const first = validator.judge(resource, { notes: true });
      expect(validator.judge(resource, { notes: true })).toEqual(first);
      expect(JSON.stringify(resource)).toBe(before);
    }),
    { numRuns: 300 },
  );
});
