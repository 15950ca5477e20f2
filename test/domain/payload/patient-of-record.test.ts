import { describe, expect, test } from 'vitest';

import type { FhirResource } from '../../../schemas/fhir.ts';
import { bodyOf, observation, patient, plan, planned, record, sources, targetId } from './planning.ts';

describe('the patient of the record', () => {
  test('must be there, once', async () => {
    expect(await refusal(observation('o'))).toMatchObject({ code: 'SOURCE_NO_PATIENT' });
    expect(await refusal(patient, { ...patient, id: 'q' })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
  });

  test('must have the birth date and the family name of the row', async () => {
    expect(await refusal({ ...patient, birthDate: '1980-02-28' })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
    expect(await refusal({ ...patient, birthDate: '1980' })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
    expect(await refusal({ ...patient, name: [{ family: 'Other' }] })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
    expect(await refusal({ ...patient, name: undefined })).toMatchObject({ code: 'SOURCE_OTHER_PATIENT' });
  });

  test('may write the names otherwise, and may have another given name with a warning', async () => {
    const named = { ...patient, name: [{ family: 'Núñez-Ortega', given: ['Ann'] }] };
    const { warnings } = await planned(sources([named]), {
      record: { ...record, family: 'NUNEZ ORTEGA', given: 'Bo' },
    });
    expect(warnings).toEqual({ 'patient-given-name-differs': 1 });
    const same = await planned(sources([patient]));
    expect(same.warnings).toEqual({});
  });

  test.each([
    ['subject', 'Patient/other'],
    ['patient', 'https://other.example/fhir/Patient/other'],
    ['beneficiary', 'Patient/other/_history/2'],
    ['subject', 'urn:uuid:00000000-0000-4000-8000-000000000000'],
    ['subject', 'Patient?identifier=x'],
  ])('is the only one that anything in it is about: %s %s stops the record', async (element, reference) => {
    const foreign = { resourceType: 'Coverage', id: 'c', [element]: { reference } };
    const result = await plan(sources([patient, foreign]));
    expect(result).toMatchObject({ code: 'SOURCE_OTHER_PATIENT', detail: 'About another patient: 1 Coverage.' });
  });

  test.each([
    ['an identifier of somebody else', { identifier: { system: 'urn:mrn', value: '2' } }],
    [
      "an identifier that nothing says is the member's",
      { type: 'Patient', identifier: { system: 'urn:x', value: '1' } },
    ],
    ['a search for an identifier of somebody else', { reference: 'Patient?identifier=urn:mrn|2' }],
    ['a contained Patient who was born on another day', { reference: '#inside' }],
  ])('is the only one that anything in it is about: %s stops the record', async (_, subject) => {
    const self = { ...patient, identifier: [{ system: 'urn:mrn', value: '1' }] };
    const contained = [{ resourceType: 'Patient', id: 'inside', birthDate: '1901-01-01' }];
    const result = await plan(sources([self, observation('o', { subject, contained })]));
    expect(result).toMatchObject({ code: 'SOURCE_OTHER_PATIENT', detail: 'About another patient: 1 Observation.' });
  });

  test('may be named by an identifier, or by a search for it, which then names the Patient that is sent', async () => {
    const self = { ...patient, identifier: [{ system: 'urn:mrn', value: '1' }] };
    const inside = { resourceType: 'Patient', id: 'inside', birthDate: record.birthDate };
    const { plan: result, text } = await bodyOf([
      self,
      observation('1', { subject: { identifier: { system: 'urn:mrn', value: '1' } } }),
      observation('2', { subject: { identifier: { system: 'urn:member', value: record.previousMemberId } } }),
      observation('3', { subject: { reference: 'Patient?identifier=urn%3Amrn%7C1' } }),
      observation('4', { subject: { reference: '#inside' }, contained: [inside] }),
      observation('5', { subject: { type: 'Device', identifier: { system: 'urn:mrn', value: '2' } } }),
    ]);
    expect(result.counts.planned).toBe(6);
    expect(result.warnings).toEqual({});
    expect(text).toContain(`"subject":{"reference":"Patient/${targetId('Patient', 'p')}"}`);
    expect(text).toContain('"subject":{"identifier":{"system":"urn:mrn","value":"1"}}');
  });

  test('may be named by any form of reference, and a subject may be no person at all', async () => {
    const [self, ...others] = sources([
      patient,
      observation('1'),
      observation('2', { subject: { reference: 'https://own.example/fhir/Patient/p/_history/3' } }),
      observation('3', { subject: { identifier: { value: 'x' } } }),
      observation('4', { subject: { reference: '#inside' } }),
      observation('5', { subject: { reference: 'Group/g' } }),
    ]);
    const { counts } = await planned([{ ...self!, fullUrl: 'https://own.example/fhir/Patient/p' }, ...others]);
    expect(counts.planned).toBe(6);
  });
});

async function refusal(...resources: FhirResource[]) {
  return plan(sources(resources));
}
