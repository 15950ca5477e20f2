import formats from 'ajv-formats';
import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js';

import { isTimeZone, isWindowText } from '../../domain/pacing/daily-window.ts';
import { isResourceType } from '../../domain/validation/r4-resource-types.ts';
import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';
import { findKeyLine } from './find-key-line.ts';
import type { ProfileKey } from './profile-schema.ts';
import { suggestKey } from './suggest-key.ts';

const firstError = ajvWith({ allErrors: false });
const everyError = ajvWith({ allErrors: true });

export interface TableRules {
  readonly schema: ProfileKey;
  /** The failure of a table that breaks the schema. */
  readonly code: FailureCode;
  /** What to say where none of the schema's alternatives is there. */
  readonly noAlternative?: string;
}

/** Checks a TOML table as it was read, and puts the defaults into it. Throws the named failure with key and line, never with a value. */
export type CheckTable = (table: Record<string, unknown>, toml: string, file: string) => void;

/** A check of TOML tables against a schema: an unknown key is an error with its line and the nearest key. */
export function tableChecker(rules: TableRules): CheckTable {
  const validate = firstError.compile(rules.schema);
  const validateAll = everyError.compile(rules.schema);
  return (table, toml, file) => {
    if (validate(table)) return;
    validateAll(table);
    // A misspelt key is often the reason why another one is missing.
    const unknownKey = validateAll.errors?.find(({ keyword }) => keyword === 'additionalProperties');
    // The other branches of a choice come first; the last error is the one of the whole.
    const { path, what } = describe(unknownKey ?? validate.errors?.at(-1), rules);
    const line = findKeyLine(toml, path);
    const column = path.join('.');
    throw new CarryoverError(rules.code, what, { file, ...(line && { line }), ...(column !== '' && { column }) });
  };
}

function describe(
  error: ErrorObject | undefined,
  { schema, noAlternative = 'A part is missing.' }: TableRules,
): { readonly path: readonly string[]; readonly what: string } {
  const parent = error?.instancePath.split('/').slice(1) ?? [];
  const key = parent.join('.');
  const { keyword = '', params = {} } = error ?? {};
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const path = [...parent, name];
      const suggestion = suggestKey(parent, name, schema);
      const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
      return { path, what: `There is no key ${path.join('.')}.${hint}` };
    }
    case 'required':
    case 'dependentRequired': {
      const path = [...parent, String(params['missingProperty'])];
      return { path, what: `The key ${path.join('.')} is missing.` };
    }
    case 'anyOf':
      return { path: [], what: noAlternative };
    case 'enum':
      return { path: parent, what: `${key} must be one of ${(params['allowedValues'] as string[]).join(', ')}.` };
    default:
      return { path: parent, what: `${key} ${rules[String(params['format'])] ?? error?.message ?? 'is not valid'}.` };
  }
}

function ajvWith(options: { readonly allErrors: boolean }): Ajv2019 {
  const ajv = new Ajv2019({ useDefaults: true, strict: false, ...options });
  formats.default(ajv, ['email', 'hostname']);
  ajv.addFormat('web-url', isWebUrl);
  ajv.addFormat('resource-type', isResourceType);
  ajv.addFormat('daily-window', isWindowText);
  ajv.addFormat('time-zone', isTimeZone);
  return ajv;
}

const rules: Readonly<Record<string, string>> = {
  'web-url': 'must be an http or https URL without user, query and fragment',
  'resource-type': 'must be a FHIR R4 resource type',
  'daily-window': 'must be two different times of the day such as 20:00-06:00',
  'time-zone': 'must be an IANA time zone such as America/New_York',
  email: 'must be an e-mail address',
  hostname: 'must be a host name',
};

function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
