import { describe, expect, test } from 'vitest';

import { bodyOf, observation, patient, planned, sources, targetId } from './planning.ts';

describe('references', () => {
  test('in every form become Type/id with the new id, at any depth and in contained resources', async () => {
    const uuid = 'urn:uuid:6f9619ff-8b86-4011-b42d-00cf4fc964ff';
    const performer = { resourceType: 'Practitioner', id: 'd' };
    const organization = { resourceType: 'Organization', id: 'x' };
    const { text, plan: result } = await bodyOf(
      [
        patient,
        performer,
        organization,
        observation('o', {
          performer: [{ reference: uuid.toUpperCase().replace('URN:UUID', 'urn:uuid'), display: 'kept' }],
          contained: [{ resourceType: 'PractitionerRole', id: 'in', organization: { reference: 'Organization/x' } }],
          focus: [
            { reference: '#in' },
            { reference: 'Observation/o/_history/1' },
            { reference: 'Organization/x#part' },
          ],
        }),
      ],
      [undefined, uuid, 'https://own.example/fhir/Organization/x'],
    );
    const sent = JSON.parse(result.resources.at(-1)!.json) as Record<string, unknown>;
    expect(sent).toEqual({
      resourceType: 'Observation',
      id: targetId('Observation', 'o'),
      subject: { reference: `Patient/${targetId('Patient', 'p')}` },
      performer: [{ reference: `Practitioner/${targetId('Practitioner', 'd')}`, display: 'kept' }],
      contained: [
        {
          resourceType: 'PractitionerRole',
          id: 'in',
          organization: { reference: `Organization/${targetId('Organization', 'x')}` },
        },
      ],
      focus: [
        { reference: '#in' },
        { reference: `Observation/${targetId('Observation', 'o')}` },
        { reference: `Organization/${targetId('Organization', 'x')}#part` },
      ],
    });
    expect(text).not.toContain('6f9619ff');
    expect(result.dangling).toEqual([]);
  });

  test('to what is not sent keep the id that it would have had, and are counted by the types of both ends', async () => {
    const { plan: result, text } = await bodyOf([
      patient,
      { resourceType: 'Binary', id: 'b' },
      {
        resourceType: 'DocumentReference',
        id: 'd',
        content: [{ attachment: { url: 'Binary/b' } }, { attachment: { url: 'https://pictures.example/a.png' } }],
        author: [{ reference: 'Practitioner/gone' }, { reference: 'Practitioner/gone2' }],
        custodian: { reference: 'https://elsewhere.example/fhir/Organization/1' },
        authenticator: { reference: 'urn:oid:1.2.3' },
      },
    ]);
    expect(result.dangling).toEqual([
      { from: 'DocumentReference', to: 'Binary', count: 1 },
      { from: 'DocumentReference', to: 'Organization', count: 1 },
      { from: 'DocumentReference', to: 'Practitioner', count: 2 },
      { from: 'DocumentReference', to: 'unknown', count: 1 },
    ]);
    expect(text).toContain(`Practitioner/${targetId('Practitioner', 'gone')}`);
    expect(text).toContain(`"url":"Binary/${targetId('Binary', 'b')}"`);
    expect(text).toContain('https://elsewhere.example/fhir/Organization/1');
    expect(text).toContain('https://pictures.example/a.png');
  });

  test('that are searches stay as they are and are counted', async () => {
    const reference = 'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1';
    const { plan: result, text } = await bodyOf([patient, observation('o', { performer: [{ reference }] })]);
    expect(text).toContain(reference);
    expect(result.warnings).toEqual({ 'search-reference': 1 });
    expect(result.dangling).toEqual([]);
  });

  test('that search for an identifier name the one resource of the record that has it; of two, neither', async () => {
    const npi = (id: string, value: string) => ({
      resourceType: 'Practitioner',
      id,
      identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value }],
    });
    const search = (value: string) => ({
      reference: `Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|${value}`,
    });
    const { plan: result, text } = await bodyOf([
      patient,
      npi('a', '1'),
      npi('b', '2'),
      npi('c', '2'),
      observation('o', { performer: [search('1'), search('2')] }),
    ]);
    expect(text).toContain(
      `"performer":[{"reference":"Practitioner/${targetId('Practitioner', 'a')}"},${JSON.stringify(search('2'))}]`,
    );
    expect(result.warnings).toEqual({ 'search-reference': 1 });
    expect(result.resources.at(-1)?.dependsOn).toHaveLength(2);
  });

  test('of the same type and id on another host are somebody else', async () => {
    const practitioner = { resourceType: 'Practitioner', id: 'd' };
    const elsewhere = observation('o', { performer: [{ reference: 'https://b.example/Practitioner/d' }] });
    const { plan: result } = await bodyOf(
      [patient, practitioner, elsewhere],
      [undefined, 'https://a.example/Practitioner/d'],
    );
    expect(result.dangling).toEqual([{ from: 'Observation', to: 'Practitioner', count: 1 }]);
  });

  test('with a host find a resource that says nothing about its own, as in NDJSON', async () => {
    const practitioner = { resourceType: 'Practitioner', id: 'd' };
    const absolute = observation('o', { performer: [{ reference: 'https://own.example/fhir/Practitioner/d' }] });
    const { plan: result, text } = await bodyOf([patient, practitioner, absolute]);
    expect(result.dangling).toEqual([]);
    expect(text).toContain(`"reference":"Practitioner/${targetId('Practitioner', 'd')}"`);
  });

  test('of two members to one organization do not meet in one id', async () => {
    const resources = sources([patient, { resourceType: 'Organization', id: 'shared' }]);
    const ids = async (memberKey: string) =>
      (await planned(resources, { policy: { memberKey } })).resources.map((resource) => resource.targetId);
    const [one, other] = [await ids('member-1'), await ids('member-2')];
    expect(one.filter((id) => other.includes(id))).toEqual([]);
  });
});
