const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** A decimal that stands in the JSON as written: 1.10 is not 1.1 (FHIR R4, decimal). */
export function decimal(text: string): unknown {
  return rawJson(text);
}

export const SYSTEMS = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  ucum: 'http://unitsofmeasure.org',
} as const;

export interface Code {
  readonly code: string;
  readonly display: string;
}

/** A CodeableConcept of one coding. */
export function concept(system: string, { code, display }: Code): object {
  return { coding: [{ system, code, display }], text: display };
}

/** A CodeableConcept of HL7's own terminology. */
export function hl7Concept(codeSystem: string, code: string): object {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${codeSystem}`, code }] };
}

export function quantity(value: string, unit: string): object {
  return { value: decimal(value), unit, system: SYSTEMS.ucum, code: unit };
}
