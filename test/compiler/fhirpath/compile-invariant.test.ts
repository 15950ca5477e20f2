import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compileInvariant } from '../../../compiler/fhirpath/compile-invariant.ts';
import { fixExpression } from '../../../compiler/fhirpath/expression-fixes.ts';
import type { InvariantEnvironment } from '../../../domain/validation/invariants/environment.ts';
import { baseDefinitions, typeModel } from '../../support/invariants/definitions.ts';
import { judgeOf } from '../../support/invariants/judge-compiled.ts';
import { placedInvariants } from '../../support/invariants/placed-invariants.ts';

type Case = readonly [contextType: string, expression: string, node: unknown, kept: boolean, sibling?: unknown];

const absent = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};
const npi = (value: string) => ({ system: 'http://hl7.org/fhir/sid/us-npi', value });
const luhn = `(((select(value.substring(0,1).toInteger()).select(iif($this<5, $this*2, (($this*2)-9))))+(value.substring(1,1).toInteger())+(select(value.substring(2,1).toInteger()).select(iif($this<5, $this*2, (($this*2)-9))))+(value.substring(3,1).toInteger())+(select(value.substring(4,1).toInteger()).select(iif($this<5, $this*2, (($this*2)-9))))+(value.substring(5,1).toInteger())+(select(value.substring(6,1).toInteger()).select(iif($this<5, $this*2, (($this*2)-9))))+(value.substring(7,1).toInteger())+(select(value.substring(8,1).toInteger()).select(iif($this<5, $this*2, (($this*2)-9))))+(value.substring(9,1).toInteger()) + 24)mod 10=0)`;

const cases: readonly Case[] = [
  // An element is there by value, or by extensions alone.
  ['Patient', 'birthDate.exists()', { birthDate: '2020' }, true],
  ['Patient', 'birthDate.exists()', { _birthDate: absent }, true],
  ['Patient', 'birthDate.exists()', {}, false],
  ['Patient', 'birthDate.hasValue()', { _birthDate: absent }, false],
  ['HumanName', 'given.count() = 2', { given: ['a', null], _given: [null, absent] }, true],
  ['HumanName', 'given.extension.exists()', { given: [null], _given: [absent] }, true],
  ['HumanName', "given.where($this = 'a').exists()", { given: ['b', 'a'] }, true],
  // An empty result is no "yes".
  ['Patient', "gender = 'male'", {}, false],
  ['Patient', "(gender = 'male').not()", {}, false],
  ['Patient', "gender != 'male'", {}, false],
  ['Patient', "gender = 'male' or gender.empty()", {}, true],
  ['Identifier', "value.matches('^[0-9]{10}$')", {}, false],
  // Choices.
  ['Observation', 'value.exists()', { valueBoolean: false }, true],
  ['Observation', 'value.exists()', { _valueString: absent }, true],
  ['Observation', "value.ofType(Quantity).unit = 'mg'", { valueQuantity: { unit: 'mg' } }, true],
  ['Observation', "value.ofType(Quantity).unit = 'mg'", { valueString: 'mg' }, false],
  ['Observation', '(value as Quantity).value > 5', { valueQuantity: { value: 6 } }, true],
  ['Observation', 'value is Quantity', { valueQuantity: {} }, true],
  ['Observation', 'value is Quantity', { valueString: 'a' }, false],
  ['Observation', "value = 'a'", { valueString: 'a' }, true],
  ['Observation', 'effective <= @2020', { effectiveDateTime: '2019-05-01' }, true],
  ['Goal', 'target.due is date', { target: [{ dueDate: '2020' }] }, true],
  ['Goal', 'target.due is date', { target: [{ dueDuration: {} }] }, false],
  // Standing on a choice: the type is known, and the element of the same name is not there.
  ['Quantity', 'value.ofType(Quantity).system.empty()', { value: 1, system: 'x' }, true],
  ['dateTime', '($this as dateTime).toString().length() >= 8', '2020-05-17', true],
  ['dateTime', '($this as dateTime).toString().length() >= 8', '2020', false],
  ['dateTime', '($this as dateTime).toString().length() >= 8', undefined, false, absent],
  ['Period', '($this as dateTime).toString().length() >= 8', { start: '2020-05-17' }, false],
  ['dateTime', '$this is DateTime implies $this.toString().length() >= 10', '2020', true],
  ['dateTime', '$this is dateTime implies $this.toString().length() >= 10', '2020', false],
  ['code', "extension.exists() or $this = 'a'", undefined, true, absent],
  // Dates of different precision leave the answer open where they agree so far.
  ['Period', 'start <= end', { start: '2020', end: '2021-01-01' }, true],
  ['Period', 'start <= end', { start: '2020', end: '2020-05' }, false],
  ['Period', 'start <= end', { start: '2020-01-01T23:00:00-05:00', end: '2020-01-02T03:00:00Z' }, false],
  ['Period', 'start <= end', { start: '2020-01-01T23:00:00+05:00', end: '2020-01-01T19:00:00Z' }, true],
  ['Range', 'low <= high', { low: { value: 1, unit: 'mg' }, high: { value: 2, unit: 'mg' } }, true],
  ['Range', 'low <= high', { low: { value: 1, unit: 'mg' }, high: { value: 2, unit: 'g' } }, false],
  [
    'Observation',
    "value.ofType(Quantity) > 5 'mg'",
    { valueQuantity: { value: 6, unit: 'milligram', code: 'mg' } },
    true,
  ],
  // Collections.
  [
    'CodeableConcept',
    "coding.where(system = 'a' and code = 'b').exists()",
    { coding: [{ system: 'a', code: 'b' }] },
    true,
  ],
  [
    'CodeableConcept',
    "coding.where(system = 'a' and code = 'b').exists()",
    { coding: [{ system: 'a' }, { code: 'b' }] },
    false,
  ],
  ['CodeableConcept', "coding.all(system = 'a')", {}, true],
  ['CodeableConcept', "coding.all(system = 'a')", { coding: [{ system: 'a' }, {}] }, false],
  ['CodeableConcept', "coding.system = 'a'", { coding: [{ system: 'a' }, { system: 'a' }] }, false],
  [
    'CodeableConcept',
    'coding.select(system).distinct().count() = 1',
    { coding: [{ system: 'a' }, { system: 'a' }] },
    true,
  ],
  ['CodeableConcept', 'coding.code.isDistinct()', { coding: [{ code: 'a' }, { code: 'a' }] }, false],
  ['CodeableConcept', "coding.code.subsetOf('a' | 'b')", { coding: [{ code: 'a' }, { code: 'c' }] }, false],
  [
    'CodeableConcept',
    "coding.first().code = 'a' and coding.last().code = 'b'",
    { coding: [{ code: 'a' }, { code: 'b' }] },
    true,
  ],
  [
    'CodeableConcept',
    "coding.tail().code = 'b' and coding[1].code = 'b'",
    { coding: [{ code: 'a' }, { code: 'b' }] },
    true,
  ],
  [
    'CodeableConcept',
    "coding.skip(1).take(1).code = 'b'",
    { coding: [{ code: 'a' }, { code: 'b' }, { code: 'c' }] },
    true,
  ],
  [
    'CodeableConcept',
    '(coding.code | coding.display).count() = 2',
    { coding: [{ code: 'a', display: 'a' }, { code: 'b' }] },
    true,
  ],
  [
    'CodeableConcept',
    'coding.code.combine(coding.display).count() = 3',
    { coding: [{ code: 'a', display: 'a' }, { code: 'b' }] },
    true,
  ],
  ['CodeableConcept', "coding.code.exclude('a').single() = 'b'", { coding: [{ code: 'a' }, { code: 'b' }] }, true],
  ['CodeableConcept', "coding.exists(code in ('a' | 'b'))", { coding: [{ code: 'c' }, { code: 'b' }] }, true],
  ['CodeableConcept', "coding.code contains 'b'", { coding: [{ code: 'a' }, { code: 'b' }] }, true],
  ['CodeableConcept', "coding.code ~ ('B' | 'a')", { coding: [{ code: 'A' }, { code: 'b' }] }, true],
  ['Questionnaire', 'repeat(item).linkId.isDistinct()', { item: [{ linkId: '1', item: [{ linkId: '1' }] }] }, false],
  ['Questionnaire', 'descendants().linkId.count() = 2', { item: [{ linkId: '1', item: [{ linkId: '1' }] }] }, true],
  ['Patient', 'children().count() = 3', { resourceType: 'Patient', active: true, name: [{}, {}] }, true],
  [
    'Patient',
    "extension('u').value.ofType(code) = 'x'",
    { extension: [{ url: 'v' }, { url: 'u', valueCode: 'x' }] },
    true,
  ],
  [
    'Patient',
    "contained.ofType(Organization).name = 'a'",
    { contained: [{ resourceType: 'Organization', name: 'a' }] },
    true,
  ],
  ['Patient', 'Patient.name.exists() and Observation.empty()', { name: [{}] }, true],
  // Text and numbers.
  ['Coding', "code.lower() & '-' & code.upper() = 'ab-AB'", { code: 'aB' }, true],
  ['Coding', "code & display = 'a'", { code: 'a' }, true],
  ['Coding', "code.substring(1) = 'b' and code.substring(2).empty()", { code: 'ab' }, true],
  ['Coding', "code.indexOf('b') = 1 and code.length() = 2 and code.endsWith('b')", { code: 'ab' }, true],
  ['Coding', "code.replace('a', '$&') = '$&b'", { code: 'ab' }, true],
  ['Coding', "code.split('-').count() = 2", { code: 'a-b' }, true],
  ['Quantity', 'value / 2 = 1.5 and value div 2 = 1 and value mod 2 = 1 and -value < 0', { value: 3 }, true],
  ['Quantity', 'value / 0 = 1', { value: 3 }, false],
  ['Quantity', "value.round(1) = 3.1 and value.floor() = 3 and value.toString() = '3.14'", { value: 3.14 }, true],
  ['Coding', 'code.toInteger() + 1 = 13', { code: '12' }, true],
  ['Coding', 'code.toInteger().empty()', { code: '12a' }, true],
  ['Patient', 'birthDate <= today() and birthDate > today() - 150 years', { birthDate: '1980-02-29' }, true],
  ['Patient', 'birthDate + 1 year = @1981-02-28', { birthDate: '1980-02-29' }, true],
  ['HumanName', "given.join('-') = 'a-b'", { given: ['a', 'b'] }, true],
  ['Coding', 'code.convertsToInteger() and display.convertsToInteger().not()', { code: '12', display: 'a' }, true],
  [
    'Patient',
    'extension(%`ext-patient-birthPlace`).exists()',
    { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace' }] },
    true,
  ],
  // Rules of US Core.
  ['Identifier', luhn, npi('1234567893'), true],
  ['Identifier', luhn, npi('1234567890'), false],
  ['Identifier', luhn, npi('12345'), false],
  ['Identifier', luhn, {}, false],
  ['Address', "where(use = 'home').empty()", { use: 'home' }, false],
];

describe('a compiled invariant', () => {
  test.for(cases)('%s: %s for %j is %s', ([contextType, expression, node, kept, sibling]) => {
    const environment = { resource: node, rootResource: node };
    expect(judgeOf({ expression, contextType, typeModel })?.(node, sibling, environment)).toBe(kept);
  });

  test('resolves what is contained or in the bundle, and nothing else', () => {
    const expression = 'who.exists((resolve() is Practitioner) or (resolve() is Device)) implies onBehalfOf.exists()';
    const judge = judgeOf({ expression, contextType: 'Provenance.agent', typeModel });
    const practitioner = { resourceType: 'Practitioner', id: 'p' };
    const kept = (reference: string, environment: Partial<InvariantEnvironment>) =>
      judge?.({ who: { reference } }, undefined, { resource: {}, rootResource: {}, ...environment });
    expect(kept('Practitioner/p', {})).toBe(true);
    expect(kept('#p', { rootResource: { contained: [practitioner] } })).toBe(false);
    expect(kept('#q', { rootResource: { contained: [practitioner] } })).toBe(true);
    const bundle = (fullUrl: string) => ({ bundle: { entry: [{ fullUrl, resource: practitioner }] } });
    expect(kept('urn:uuid:1', bundle('urn:uuid:1'))).toBe(false);
    expect(kept('Practitioner/p', bundle('https://example.org/fhir/Practitioner/p'))).toBe(false);
    expect(kept('Practitioner/q', bundle('https://example.org/fhir/Practitioner/p'))).toBe(true);
  });

  test('asks the caller for value sets, profiles and narrative', () => {
    const expression = "code.memberOf('http://v') and subject.conformsTo('http://p') and text.div.htmlChecks()";
    const compiled = compileInvariant({
      expression,
      contextType: 'Observation',
      typeModel,
      providers: {
        memberOf: (valueSet, types) => (valueSet === 'http://v' && types[0] === 'CodeableConcept' ? 'inV' : undefined),
        conformsTo: () => 'isP',
        htmlChecks: () => 'isNarrative',
      },
    });
    expect(compiled.kind === 'compiled' && compiled.source).toMatch(
      /inV\(node\.code\).*isP\(node\.subject\).*isNarrative\(node\.text\?\.div\)/,
    );
  });

  test.for<[string, string]>([
    ["code.memberOf('http://v')", 'memberOf(http://v) cannot be checked here'],
    ['code.frobnicate()', 'the function frobnicate() is not supported'],
    ['value is Gizmo', 'the type Gizmo is not known'],
    ['%factory.exists()', 'the variable %factory is not known'],
    ['repeat($this)', 'repeat() has a projection that may not come to an end'],
    ["status.matches('(?=a)b')", 'its regular expression cannot be matched in linear time'],
    ['status = ', 'expected a name at offset 9, found the end'],
    ['descendants().as(canonical).exists()', 'whether a value is a canonical is known only at run time'],
  ])('%s cannot be compiled, and says why', ([expression, reason]) => {
    expect(compileInvariant({ expression, contextType: 'Observation', typeModel })).toEqual({
      kind: 'not-compilable',
      reason,
    });
  });

  test('is not longer than its expression asks for, however deep the operators stand in each other', () => {
    const nested = (depth: number): string =>
      depth === 0
        ? "(gender = 'other')"
        : `((${nested(depth - 1)} xor active) = iif(active, ${depth === 1 ? 'active' : nested(depth - 2)}, {}))`;
    const lengths = [4, 8].map((depth) => {
      const compiled = compileInvariant({ expression: nested(depth), contextType: 'Patient', typeModel });
      return compiled.kind === 'compiled' ? compiled.source.length / nested(depth).length : Infinity;
    }) as [number, number];
    expect(lengths[1]).toBeLessThan(lengths[0] * 3);
  });

  test('of rules that only ask whether something is there, needs no function and no list', () => {
    const plain = [
      ['Observation', 'dataAbsentReason.empty() or value.empty()'],
      ['Extension', 'extension.exists() != value.exists()'],
      ['ContactPoint', 'value.empty() or system.exists()'],
      ['MedicationRequest', "(intent='order' or intent='reflex-order') implies requester.exists()"],
      [
        'Observation',
        '(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())',
      ],
    ] as const;
    for (const [contextType, expression] of plain) {
      const compiled = compileInvariant({ expression, contextType, typeModel });
      expect(compiled).toMatchObject({ kind: 'compiled', uses: [] });
      expect(compiled.kind === 'compiled' && /\[\]|for\(|=>/.test(compiled.source)).toBe(false);
    }
  });
});

describe('any invariant of FHIR R4', () => {
  const judges = placedInvariants(baseDefinitions, typeModel).flatMap(({ key, expression, contextType }) => {
    const judge = judgeOf({ expression: fixExpression(key, expression), contextType, typeModel });
    return judge === undefined ? [] : [{ key, judge }];
  });

  test('gives true or false for any JSON whatever, and does not throw', () => {
    expect(judges.length).toBeGreaterThan(1000);
    const names = [
      'code',
      'coding',
      'value',
      'contained',
      'reference',
      'start',
      'end',
      'item',
      'entry',
      'given',
      'element',
      'toString',
      'component',
      'valueString',
    ];
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 0, 'a', '2020', '#a'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const object = fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 6 });
    fc.assert(
      fc.property(object, object, (node, root) => {
        const environment = { resource: node, rootResource: root };
        const wrong = judges.filter(({ judge }) => typeof judge(node, undefined, environment) !== 'boolean');
        expect(wrong.map(({ key }) => key)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
