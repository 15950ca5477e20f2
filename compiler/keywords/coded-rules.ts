import type { IssueTemplate } from '../standalone/function-scope.ts';

/** A rule of a data type that no StructureDefinition states in a form to compile: the reference validator codes it, and so do we. */
export interface CodedRule {
  /** Function of domain/validation/runtime that says true where the rule is broken. */
  readonly broken: string;
  /** The rule needs the environment, too. */
  readonly environment?: true;
  /** What must hold for the rule to be broken, told by properties of the object (`$name`): most objects need no further look. */
  readonly where?: string;
  readonly issue: IssueTemplate;
}

const relativeSystem: CodedRule = {
  broken: 'systemIsRelative',
  where: "typeof $system==='string'&&!$system.startsWith('http://')",
  issue: { code: 'value', message: 'The system must be an absolute URI.' },
};

const relativeCodeSystem: CodedRule = { ...relativeSystem, broken: 'codeSystemIsRelative' };

const mistakenCodeSystem: CodedRule = {
  broken: 'systemIsMistaken',
  where: '$code!==undefined',
  environment: true,
  issue: { code: 'value', message: 'The system is not the URL of a code system.' },
};

const unknownUnit: CodedRule = {
  broken: 'unitIsUnknown',
  where: "$system==='http://unitsofmeasure.org'",
  issue: { code: 'code-invalid', message: 'The code is not a unit of UCUM.' },
};

/** Coded rules by the data type or resource type that they are about. */
const codedRules: Readonly<Record<string, readonly CodedRule[]>> = {
  Identifier: [
    relativeSystem,
    {
      broken: 'uriIdentifierIsNotUri',
      where: "$system==='urn:ietf:rfc:3986'",
      issue: { code: 'value', message: 'With the system urn:ietf:rfc:3986 the value must be an absolute URI.' },
    },
  ],
  Coding: [
    unknownUnit,
    {
      broken: 'codeIsUnknown',
      where: '$code!==undefined&&$system!==undefined',
      environment: true,
      issue: { code: 'code-invalid', message: 'The code is not one of its code system.' },
    },
  ],
  Quantity: [relativeCodeSystem, mistakenCodeSystem, unknownUnit],
  'ValueSet.compose.include': [relativeSystem],
  Extension: [
    {
      broken: 'holdsBothOrNothing',
      issue: {
        code: 'invariant',
        message: 'An extension must have either a value or extensions, not both.',
        constraint: 'ext-1',
      },
    },
  ],
  Reference: [
    {
      broken: 'referenceIsMalformed',
      issue: { code: 'structure', message: 'The reference is not a valid one.' },
    },
    {
      broken: 'localTargetIsMissing',
      where: "typeof $reference==='string'&&$reference.charCodeAt(0)===35",
      environment: true,
      issue: { code: 'structure', message: 'No contained resource has the id that the reference names.' },
    },
    {
      broken: 'statedTypeIsWrong',
      where: '$type!==undefined',
      environment: true,
      issue: { code: 'structure', message: 'The reference states another type than its target has.' },
    },
  ],
  Attachment: [
    {
      broken: 'dataIsBroken',
      where: '$data!==undefined',
      issue: { code: 'value', message: 'The data of the attachment is not base64.' },
    },
    {
      broken: 'sizeIsWrong',
      where: '$data!==undefined',
      issue: { code: 'value', message: 'The stated size of the attachment is not that of its data.' },
    },
    {
      broken: 'hashIsWrong',
      where: '$data!==undefined',
      issue: { code: 'value', message: 'The stated hash of the attachment is not that of its data.' },
    },
  ],
};

/** Data types that are Quantities with narrower rules. */
const quantities = new Set(['Age', 'Count', 'Distance', 'Duration', 'MoneyQuantity', 'SimpleQuantity']);

/** The coded rules of a type. */
export function codedRulesOf(fhirType: string): readonly CodedRule[] {
  return codedRules[quantities.has(fhirType) ? 'Quantity' : fhirType] ?? [];
}

/** For a Coding of a CodeableConcept. */
export const codingInConcept: readonly CodedRule[] = [
  {
    broken: 'codeIsMissing',
    environment: true,
    issue: { code: 'code-invalid', message: 'The coding names a code system, and no code of it.' },
  },
];

/** For a Coding that stands by itself. Where a value set is looked up, the reference validator leaves the form of the system at that. */
export const codingByItself: readonly CodedRule[] = [relativeCodeSystem, mistakenCodeSystem];
