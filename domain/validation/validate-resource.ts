import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import type { SendProfile } from '../../schemas/counterpart.ts';
import type { FhirResource, OperationOutcomeIssue } from '../../schemas/fhir.ts';
import { withPlainNumbers } from '../payload/exact-json.ts';
import { r4Required } from './r4-required.ts';
import { isResourceType } from './r4-resource-types.ts';
import { r4Schema } from './r4-schema.ts';
import { usCoreClaimIssues } from './us-core-claims.ts';

export type ValidateResource = (resource: FhirResource) => OperationOutcomeIssue[];

/**
 * Makes the validator of a counterpart: base R4 (what 1up checks on POST: type, required elements, kinds). The one door through
 * which full US Core validation will come; schemas are compiled once for the whole process. Issues never hold a value of the resource.
 */
export function createValidator({ usCoreVersion }: Pick<SendProfile['validation'], 'usCoreVersion'>): ValidateResource {
  return (resource) => {
    const { resourceType } = resource;
    if (!isResourceType(resourceType))
      return [{ severity: 'error', code: 'structure', diagnostics: 'The resourceType is not one of FHIR R4.' }];
    const validate = compiled(resourceType);
    const errors = validate(withPlainNumbers(resource)) ? [] : (validate.errors ?? []);
    const issues = errors.flatMap((error) => issueOf(resourceType, error));
    return [...firstOfEachElement(issues), ...usCoreClaimIssues(resource, usCoreVersion)];
  };
}

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
const validators = new Map<string, ValidateFunction>();

function compiled(resourceType: string): ValidateFunction {
  const validator = validators.get(resourceType) ?? ajv.compile(r4Schema(r4Required[resourceType] ?? {}));
  validators.set(resourceType, validator);
  return validator;
}

const issueCodes: Readonly<Record<string, string>> = {
  required: 'required',
  anyOf: 'required',
  minItems: 'required',
  enum: 'code-invalid',
  pattern: 'value',
};

const diagnostics: Readonly<Record<string, string>> = {
  required: 'A required element is missing.',
  structure: 'The element is not of the JSON kind that R4 says.',
  'code-invalid': 'The code is not in the value set that R4 demands.',
  value: 'The text is not of the form that R4 says.',
};

function issueOf(resourceType: string, error: ErrorObject): OperationOutcomeIssue[] {
  // Of a choice only the whole is an issue, not each of its branches.
  if (/\/anyOf\/\d+\//.test(error.schemaPath)) return [];
  const code = issueCodes[error.keyword] ?? 'structure';
  const expression = [resourceType, ...error.instancePath.split('/').slice(1), ...missingElement(error)].reduce(
    (path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : `${path}.${step}`),
  );
  return [{ severity: 'error', code, diagnostics: diagnostics[code] ?? '', expression: [expression] }];
}

/** An element of the wrong kind is also outside its value set: once is enough. */
function firstOfEachElement(issues: readonly OperationOutcomeIssue[]): OperationOutcomeIssue[] {
  const byElement = Map.groupBy(issues, ({ expression }) => expression?.[0]);
  return [...byElement.values()].flatMap((group) => group.slice(0, 1));
}

/** The element that is not there: an error stands at its parent. */
function missingElement({ keyword, params, parentSchema }: ErrorObject): string[] {
  const named: unknown = keyword === 'anyOf' ? parentSchema?.['element'] : params['missingProperty'];
  return typeof named === 'string' ? [named] : [];
}
