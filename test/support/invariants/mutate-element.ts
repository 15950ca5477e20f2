import type { TypeModel } from '../../../compiler/fhirpath/type-model.ts';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Json = Record<string, unknown>;

const absent = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};
const codes = ['final', 'completed', 'partial', 'order', 'entered-in-error', 'home', 'document', 'MB', 'noshow'];
const samples: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false],
  date: ['2020', '2020-05', '2020-05-17'],
  dateTime: ['2020', '2020-05-17', '2020-05-17T10:00:00Z', '2020-05-17T10:00:00.5+02:00', '2021-01-01'],
  instant: ['2020-05-17T10:00:00Z', '2021-05-17T10:00:00+02:00'],
  integer: [-1, 0, 1, 7],
  decimal: [-1.5, 0, 1, 101.25],
  positiveInt: [1, 3],
  unsignedInt: [0, 3],
  uri: ['http://unitsofmeasure.org', 'http://snomed.info/sct', 'urn:iso:std:iso:4217'],
  url: ['https://example.org/a'],
  string: ['1234567893', '1234567890', '12345', '12D4567890', 'a', '#contained', 'Patient/1'],
  code: codes,
  id: ['a1'],
};

/** Changes one thing of an element of a type, in place: takes away, adds, empties, doubles or exchanges. */
export function mutateElement(element: Json, type: string, model: TypeModel, random: () => number): void {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const names = Object.keys(element).filter((name) => name !== 'resourceType');
  const name = pick(names);
  const draw = random();
  if (draw < 0.3 && name !== undefined) delete element[name];
  else if (draw < 0.5) addProperty();
  else if (draw < 0.6 && name !== undefined) exchangeForExtension(name);
  else if (draw < 0.7 && name !== undefined) {
    const value = element[name];
    if (Array.isArray(value)) value.push(structuredClone(value[0]));
  } else if (name !== undefined) exchange(name);

  function addProperty(): void {
    const declared = pick(model.elementsOf(type));
    const property = pick(declared?.properties ?? []);
    if (declared === undefined || property === undefined || property.type === 'Resource') return;
    const value = sampleOf(property.type);
    element[property.property] = declared.list ? [value] : value;
  }

  function sampleOf(of: string): unknown {
    const known = pick(samples[of] ?? []);
    if (known !== undefined) return known;
    if (model.kindOf(of) === 'primitive' || of === 'System.String') return 'text';
    const inner: Json = {};
    for (const { list, properties } of model.elementsOf(of).slice(0, 8)) {
      const property = properties[0];
      if (property === undefined || random() < 0.6 || model.kindOf(property.type) !== 'primitive') continue;
      const value = pick(samples[property.type] ?? ['text']);
      inner[property.property] = list ? [value] : value;
    }
    return inner;
  }

  function exchangeForExtension(at: string): void {
    const value = element[at];
    if (typeof value === 'object' || at.startsWith('_')) return;
    delete element[at];
    element[`_${at}`] = absent;
  }

  function exchange(at: string): void {
    const value = element[at];
    if (Array.isArray(value) && isObject(value[0])) mutateElement(value[0], typeOf(at), model, random);
    else if (isObject(value) && !at.startsWith('_')) mutateElement(value, typeOf(at), model, random);
    else if (typeof value === 'boolean') element[at] = !value;
    else if (typeof value !== 'object') element[at] = sampleOf(typeOf(at));
  }

  function typeOf(at: string): string {
    const found = model
      .elementsOf(type)
      .flatMap(({ properties }) => properties)
      .find(({ property }) => property === at);
    return found?.type ?? 'Element';
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
