import { describe, expect, test } from 'vitest';

import { codedElsewhere, expressionFixes, fixExpression } from '../../../compiler/fhirpath/expression-fixes.ts';
import { baseDefinitions, typeModel } from '../../support/invariants/definitions.ts';
import { judgeOf } from '../../support/invariants/judge-compiled.ts';
import { placedInvariants } from '../../support/invariants/placed-invariants.ts';

const published = placedInvariants(baseDefinitions, typeModel);

type Case = readonly [key: string, expression: string, contextType: string, node: unknown];

/** Right elements that the published expression refuses. */
const refusedAsPublished: readonly Case[] = [
  [
    'ref-1',
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))",
    'Reference',
    { display: 'Dr. A' },
  ],
  ['pd-1', 'telecom or endpoint', 'PractitionerRole', { telecom: [{ system: 'phone' }, { system: 'fax' }] }],
  ['bdl-8', "fullUrl.contains('/_history/').not()", 'Bundle.entry', {}],
  ['inv-0', "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", 'CodeSystem', {}],
];

describe('the corrections of published invariants', () => {
  test.for(refusedAsPublished)('%s is kept by an element that is right', ([key, expression, contextType, node]) => {
    const kept = (judged: string) =>
      judgeOf({ expression: judged, contextType, typeModel })?.(node, undefined, {
        resource: node,
        rootResource: node,
      });
    expect(kept(expression)).toBe(false);
    expect(kept(fixExpression(key, expression))).toBe(true);
  });

  test('can all be compiled', () => {
    const types: Readonly<Record<string, string>> = {
      'dom-6': 'Patient',
      'eld-19': 'ElementDefinition',
      'eld-20': 'ElementDefinition',
    };
    const broken = expressionFixes.filter(({ key, published: expression, corrected }) => {
      const place = published.find((one) => one.expression === expression)?.contextType ?? types[key ?? ''];
      return judgeOf({ expression: corrected, contextType: place ?? 'PractitionerRole', typeModel }) === undefined;
    });
    expect(broken).toEqual([]);
  });

  test('leave every other expression as it is', () => {
    const changed = published.filter(({ key, expression }) => fixExpression(key, expression) !== expression);
    const keys = [...new Set(changed.map(({ key }) => key))].filter((key) => !/-0$|^inv-1$/.test(key));
    expect(keys.toSorted()).toEqual(['dom-6', 'eld-19', 'eld-20', 'que-12', 'ref-1']);
  });
});

test('rules that are judged by code of their own are rules of FHIR, and each says where', () => {
  const elements = baseDefinitions.flatMap(({ snapshot }) => snapshot?.element ?? []);
  const keys = new Set(elements.flatMap(({ constraint = [] }) => constraint.map(({ key }) => key)));
  expect(Object.keys(codedElsewhere).filter((key) => !keys.has(key))).toEqual([]);
  expect(Object.values(codedElsewhere).every((where) => where.length > 10)).toBe(true);
});
