import type { ElementRule, ElementType, ResourceRules } from './r4-required.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

// Patterns of FHIR R4, datatypes.html, without the leap second.
const year = String.raw`([1-9]\d{3}|0\d{3})`;
const month = '(0[1-9]|1[0-2])';
const day = String.raw`(0[1-9]|[12]\d|3[01])`;
const time = String.raw`([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?`;
const zone = String.raw`(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))`;

const reference = {
  type: 'object',
  properties: { reference: { type: 'string' }, identifier: { type: 'object' }, display: { type: 'string' } },
};
const coding = { type: 'object', properties: { system: { type: 'string' }, code: { type: 'string' } } };
const concept = {
  type: 'object',
  properties: { coding: { type: 'array', items: coding }, text: { type: 'string' } },
};

const named: Readonly<Record<Exclude<ElementType, readonly string[]>, JsonSchema>> = {
  Reference: reference,
  CodeableConcept: concept,
  Coding: coding,
  BackboneElement: { type: 'object' },
  date: { type: 'string', pattern: `^${year}(-${month}(-${day})?)?$` },
  dateTime: { type: 'string', pattern: `^${year}(-${month}(-${day}(T${time}${zone})?)?)?$` },
  instant: { type: 'string', pattern: `^${year}-${month}-${day}T${time}${zone}$` },
};

/** What every resource has (FHIR R4, resource.html and domainresource.html). */
const common: JsonSchema = {
  id: { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' },
  meta: { type: 'object', properties: { profile: { type: 'array', items: { type: 'string' } } } },
  contained: { type: 'array', items: { type: 'object', required: ['resourceType'] } },
  extension: { type: 'array', items: { type: 'object', required: ['url'] } },
  text: { type: 'object' },
};

/** The JSON schema of a resource type: its required elements and the kinds of those that we look into. */
export function r4Schema(rules: ResourceRules): JsonSchema {
  const elements = Object.entries(rules);
  const required = elements.filter(([, rule]) => rule.required);
  return {
    type: 'object',
    properties: {
      ...common,
      ...Object.fromEntries(elements.filter(([, rule]) => !rule.choice).map(([name, rule]) => [name, schemaOf(rule)])),
    },
    allOf: [{ required: ['resourceType'] }, ...required.map(([name, rule]) => requirement(name, rule))],
  };
}

function schemaOf({ type, list }: ElementRule): JsonSchema {
  const schema = typeof type === 'string' ? named[type] : { type: 'string', enum: type };
  return list ? { type: 'array', minItems: 1, items: schema } : schema;
}

/** An element is there too where only its `_name` is: the reason why the value is absent (FHIR R4, json.html#primitive). */
function requirement(name: string, { choice = [name] }: ElementRule): JsonSchema {
  const names = choice.flatMap((one) => [one, `_${one}`]);
  return { anyOf: names.map((one) => ({ required: [one] })), element: name };
}
