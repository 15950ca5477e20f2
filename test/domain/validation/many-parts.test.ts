import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { loadValidator } from '../../../adapters/validation/load-validator.ts';
import { orphanOf } from '../../../domain/validation/runtime/contained-rules.ts';

const validator = await loadValidator({ usCoreVersion: '6.1.0', profiles: 'claimed' });
const server = 'http://example.org/fhir';

const patient = (id: string, links: readonly string[] = []) => ({
  resourceType: 'Patient',
  id,
  gender: 'female',
  generalPractitioner: links.map((link) => ({ reference: link })),
  ...(links.length === 0 && { generalPractitioner: undefined }),
});
const entry = (id: string, links: readonly string[]) => ({
  fullUrl: `${server}/Patient/${id}`,
  resource: JSON.parse(JSON.stringify(patient(id, links))) as object,
});

// Were the cost of a part to grow with the number of parts, these would not come to an end within the time that a test has.
describe('a resource of very many parts', () => {
  test('is judged: a Bundle whose entries refer to what is not there', () => {
    const entries = Array.from({ length: 40_000 }, (_, index) => entry(`p${index}`, [`Organization/o${index}`]));
    expect(validator.isValid({ resourceType: 'Bundle', type: 'collection', entry: entries })).toBe(true);
  });

  test('is judged: a document whose entries hang on each other in one long chain', () => {
    const composition = {
      resourceType: 'Composition',
      id: 'c',
      status: 'final',
      type: { text: 'x' },
      date: '2026-01-01',
      title: 'x',
      author: [{ reference: 'Practitioner/a' }],
      subject: { reference: 'Patient/p0' },
    };
    const chain = Array.from({ length: 3_000 }, (_, index) =>
      entry(`p${index}`, index === 0 ? [] : [`Practitioner/p${index}`, `Patient/p${index - 1}`]),
    ).toReversed();
    const bundle = {
      resourceType: 'Bundle',
      type: 'document',
      timestamp: '2026-01-01T00:00:00Z',
      identifier: { system: 'http://example.org/ids', value: '1' },
      entry: [
        { fullUrl: `${server}/Composition/c`, resource: composition },
        { fullUrl: `${server}/Practitioner/a`, resource: { resourceType: 'Practitioner', id: 'a', active: true } },
        ...chain,
      ],
    };
    const about = validator.judge(bundle, { notes: true }).issues.map(({ diagnostics }) => diagnostics);
    expect(about).not.toContain('Nothing links the entry with the Composition of the document.');
    const apart = { ...bundle, entry: [...bundle.entry, entry('apart', [])] };
    expect(validator.judge(apart).issues).toContainEqual(
      expect.objectContaining({ diagnostics: 'Nothing links the entry with the Composition of the document.' }),
    );
  });

  test('is judged: a resource that contains thousands of others, each the next one’s only reference', () => {
    const contained = Array.from({ length: 5_000 }, (_, index) => ({
      resourceType: 'Organization',
      id: `o${index}`,
      name: 'x',
      ...(index > 0 && { partOf: { reference: `#o${index - 1}` } }),
    }));
    const container = {
      resourceType: 'Patient',
      contained,
      managingOrganization: { reference: `#o${contained.length - 1}` },
    };
    expect(validator.isValid(container)).toBe(true);
    expect(validator.isValid({ ...container, managingOrganization: { reference: '#o0' } })).toBe(false);
  });
});

test('a contained resource is an orphan where nothing but itself refers to it, and it does not refer to its container', () => {
  const ids = ['a', 'b', 'c'];
  const link = fc.constantFrom('#a', '#b', '#c', '#', 'a', '<p><a href="#b">x</a></p>');
  const parts = fc.array(fc.array(link, { maxLength: 2 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(parts, fc.array(link, { maxLength: 2 }), (links, outside) => {
      const contained = ids.map((id, index) => ({ id, links: links[index] }));
      const mentions = (texts: readonly string[] | undefined, id: string) =>
        texts?.some((text) => text === `#${id}` || text.includes(`"#${id}"`)) === true;
      const expected = ids.findIndex(
        (id, index) =>
          !mentions(outside, id) &&
          links[index]?.includes('#') !== true &&
          !links.some((texts, other) => other !== index && mentions(texts, id)),
      );
      expect(orphanOf({ contained, outside })).toBe(expected);
    }),
  );
});
