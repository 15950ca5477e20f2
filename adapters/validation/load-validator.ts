import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

import type { RuleBook } from '../../domain/validation/runtime/environment.ts';
import { createValidator, type Validator, type ValidatorOptions } from '../../domain/validation/validator.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { generatedRoot, generatedVersions } from './generated-code.ts';
import { loadRuleBook } from './load-rule-book.ts';

export interface LoadOptions extends Partial<ValidatorOptions> {
  /** Version of US Core, such as `6.1.0`: one that validators are generated for. */
  readonly usCoreVersion: string;
  /** Folders of generated code (from `addPackage`), whose definitions stand before those of US Core. */
  readonly packages?: readonly string[];
}

const books = new Map<string, RuleBook>();

/**
 * Loads the validators of a version of US Core, and of packages before it. Nothing is compiled; the code of a profile is loaded
 * when a resource first needs it. Defaults: claimed profiles, or those of US Core for the type; no implied vital signs.
 * @throws {CarryoverError} VALIDATORS_MISSING, US_CORE_VERSION_UNKNOWN, FHIR_PROFILE_UNKNOWN
 */
export async function loadValidator({ usCoreVersion, packages = [], ...options }: LoadOptions): Promise<Validator> {
  const rules = ruleBook(usCoreVersion, packages);
  const { profile } = options;
  if (profile !== undefined && rules.profile(profile) === undefined)
    throw new CarryoverError('FHIR_PROFILE_UNKNOWN', profile);
  return createValidator(rules, { profiles: 'claimed-or-us-core', impliedVitalSigns: false, ...options });
}

function ruleBook(usCoreVersion: string, packages: readonly string[]): RuleBook {
  const versions = generatedVersions();
  if (!versions.includes(usCoreVersion))
    throw new CarryoverError('US_CORE_VERSION_UNKNOWN', `There are rules of ${versions.join(' and ')}.`);
  const folders = [...packages, `us-core/${usCoreVersion}`, 'r4'];
  const key = folders.join('\n');
  // What V8 compiles is kept beside the code, where nobody else may write, unlike in Node's own place (set-up fills it).
  enableCompileCache(join(generatedRoot, 'compiled'));
  const book = books.get(key) ?? loadRuleBook(generatedRoot, folders);
  books.set(key, book);
  return book;
}
