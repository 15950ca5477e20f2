import { describe, expect, test } from 'vitest';

import type { CodeSystem, ConceptSet, ValueSet } from '../../compiler/package/definitions.ts';
import { codeListAsValueSet } from '../../compiler/terminology/code-list.ts';
import { expandValueSet } from '../../compiler/terminology/expand-value-set.ts';
import { terminologyOf } from '../../compiler/terminology/terminology.ts';

const birds: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'http://birds.test',
  content: 'complete',
  concept: [
    { code: 'finch', concept: [{ code: 'zebra-finch' }, { code: 'chaffinch' }] },
    { code: 'owl' },
    { code: 'barn-owl', property: [{ code: 'subsumedBy', valueCode: 'owl' }] },
  ],
};
const of = (...include: ConceptSet[]): ValueSet => ({
  resourceType: 'ValueSet',
  url: 'http://sets.test/one',
  compose: { include },
});
const finches = {
  ...of({ system: birds.url, filter: [{ property: 'concept', op: 'is-a', value: 'finch' }] }),
  url: 'http://sets.test/finches',
};
const terminology = terminologyOf([{ codeSystems: [birds], valueSets: [finches] }]);
const expand = (...include: ConceptSet[]) => expandValueSet(of(...include), terminology);

describe('expanding a value set offline', () => {
  test.each<readonly [string, ConceptSet, readonly string[]]>([
    ['listed codes', { system: birds.url, concept: [{ code: 'owl' }] }, ['owl']],
    ['a whole system', { system: birds.url }, ['barn-owl', 'chaffinch', 'finch', 'owl', 'zebra-finch']],
    ['what is under a code, nested', finches.compose?.include[0] ?? {}, ['chaffinch', 'finch', 'zebra-finch']],
    [
      'what is under a code, by property',
      { system: birds.url, filter: [{ property: 'concept', op: 'descendent-of', value: 'owl' }] },
      ['barn-owl'],
    ],
    [
      'all but what is under a code',
      { system: birds.url, filter: [{ property: 'concept', op: 'is-not-a', value: 'finch' }] },
      ['barn-owl', 'owl'],
    ],
    [
      'the common part of a system and a value set',
      { system: birds.url, valueSet: [finches.url] },
      ['chaffinch', 'finch', 'zebra-finch'],
    ],
  ])('%s', (_what, include, codes) => {
    expect(expand(include)).toEqual({ url: 'http://sets.test/one', systems: { [birds.url]: codes } });
  });

  test('codes that are excluded do not belong', () => {
    const set = of({ system: birds.url });
    const excluding = {
      ...set,
      compose: { include: set.compose?.include ?? [], exclude: [{ valueSet: [finches.url] }] },
    };
    expect(expandValueSet(excluding, terminology).systems).toEqual({ [birds.url]: ['barn-owl', 'owl'] });
  });

  test('any code of a system that is not at hand may belong', () => {
    expect(expand({ system: 'http://snomed.info/sct' }).systems).toEqual({ 'http://snomed.info/sct': true });
    expect(expand({ system: birds.url, filter: [{ property: 'colour', op: 'regex', value: '.*' }] }).systems).toEqual({
      [birds.url]: true,
    });
  });

  test('a value set that is not at hand leaves everything open, and so does one that includes itself', () => {
    expect(expand({ valueSet: ['http://sets.test/nowhere'] }).open).toContain('http://sets.test/nowhere');
    const circle = { ...of({ valueSet: ['http://sets.test/one'] }) };
    expect(expandValueSet(circle, terminologyOf([{ codeSystems: [], valueSets: [circle] }])).open).toBeDefined();
  });

  test('a compiled list expands to itself again', () => {
    for (const list of [expand({ system: birds.url }), expand({ system: 'http://snomed.info/sct' })])
      expect(expandValueSet(codeListAsValueSet(list), terminology)).toEqual(list);
  });
});
