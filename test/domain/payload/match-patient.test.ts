import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { matchMemberId } from '../../../domain/payload/match-member-id.ts';
import { matchPatient } from '../../../domain/payload/match-patient.ts';
import { name, spelledOtherwise } from '../roster/spellings.ts';

const patientOf = (more: object) => ({ resourceType: 'Patient', birthDate: '1980-02-29', ...more });
const record = { family: 'Example', given: 'Ann', birthDate: '1980-02-29' };

describe('a Patient is the member', () => {
  const spelled = name.chain((words) => fc.tuple(spelledOtherwise(words), spelledOtherwise(words)));

  test('by birth date and family name, in whatever spelling and under whichever of the names', () => {
    fc.assert(
      fc.property(spelled, spelled, name, ([family, theirs], [given, givenThere], former) => {
        const names = [{ family: former.join(' ') }, { family: theirs, given: [givenThere] }];
        const match = matchPatient({ ...record, family, given }, patientOf({ name: names }));
        expect(match).toEqual({ kind: 'same', givenNameDiffers: false });
      }),
    );
  });

  test('never with another family name or birth date', () => {
    fc.assert(
      fc.property(name, name, (family, other) => {
        fc.pre(family.join('') !== other.join(''));
        const ours = { ...record, family: family.join(' ') };
        const named = (text: string) => ({ name: [{ family: text, given: ['Ann'] }] });
        const differs = matchPatient(ours, patientOf(named(other.join('-'))));
        expect(differs).toEqual({ kind: 'other', differs: 'family name' });
        const later = patientOf({ ...named(ours.family), birthDate: '1980-03-01' });
        expect(matchPatient(ours, later)).toEqual({ kind: 'other', differs: 'birth date' });
      }),
    );
  });

  test.each([
    ['no name', {}, 'family name'],
    ['names of another shape', { name: ['Example', { family: 7 }, null] }, 'family name'],
    ['a text instead of parts', { name: [{ text: 'Ann Example' }] }, 'family name'],
    ['only the year of the birth date', { name: [{ family: 'Example' }], birthDate: '1980' }, 'birth date'],
    ['no birth date', { name: [{ family: 'Example' }], birthDate: undefined }, 'birth date'],
  ])('not with %s', (_, more, differs) => {
    expect(matchPatient(record, patientOf(more))).toEqual({ kind: 'other', differs });
  });

  test.each([
    [['Beth'], true],
    [['Ann', 'Beth'], false],
    [undefined, true],
  ])('with given names %j the difference is told: %s', (given, differs) => {
    const patient = patientOf({ name: [{ family: 'Example', given }] });
    expect(matchPatient(record, patient)).toEqual({ kind: 'same', givenNameDiffers: differs });
  });
});

describe('the previous member id', () => {
  const typed = (code: string, value: unknown, system = 'https://payer.example/ids') => ({
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code }] },
    system,
    value,
  });
  const untyped = (value: string, system = 'https://payer.example/ids') => ({ system, value });

  test.each([
    ['of the type MB', [typed('MR', 'x'), typed('MB', 'PM-1')], {}, 'same'],
    ['in another spelling', [typed('MB', ' pm 1')], {}, 'same'],
    ['one of several', [typed('MB', 'PM-2'), typed('MB', 'PM-1')], {}, 'same'],
    ['another of the type MB', [typed('MB', 'PM-2'), untyped('PM-1')], {}, 'differs'],
    ['only as another kind of number', [typed('MR', 'PM-1')], {}, 'absent'],
    ['without a type', [untyped('PM-1')], {}, 'same'],
    ['another number without a type', [untyped('PM-2')], {}, 'absent'],
    ['under the system of the profile', [untyped('PM-1')], { system: 'https://payer.example/ids' }, 'same'],
    ['another under that system', [untyped('PM-2')], { system: 'https://payer.example/ids' }, 'differs'],
    ['under another system', [typed('MB', 'PM-1')], { system: 'https://payer.example/other' }, 'absent'],
    ['nowhere', undefined, {}, 'absent'],
    ['in shapes that FHIR does not have', [null, 7, { type: 'MB', value: 'PM-1' }, typed('MB', 7)], {}, 'same'],
    ['empty', [typed('MB', ' - ')], {}, 'absent'],
  ] as const)('%s', (_, identifier, options, match) => {
    expect(matchMemberId('PM-1', patientOf({ identifier }), options)).toBe(match);
  });
});
