import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { generatedRoot, schemasOfR4 } from '../../adapters/validation/generated-code.ts';
import { loadValidator } from '../../adapters/validation/load-validator.ts';
import { addPackage } from '../../compiler/add-package.ts';
import type { ReferenceQuestion } from './reference-validator.ts';

/** One case of HL7's validator suite: a file, and what the Java validator recorded about it with a terminology server. */
export interface ValidatorCase {
  readonly name: string;
  readonly module: string;
  readonly text: string;
  readonly valid: boolean;
  /** Files with definitions that the case brings. */
  readonly supporting: readonly string[];
}

interface ManifestCase {
  readonly name: string;
  readonly file: string;
  readonly module: string;
  readonly java: string;
  readonly supporting?: readonly string[];
  readonly profiles?: readonly string[];
}

/** The cases, without the modules about questionnaires. */
export function validatorCases(dir: string): readonly ValidatorCase[] {
  const folder = join(dir, 'fhir-test-cases-r4');
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    readonly 'test-cases': readonly ManifestCase[];
  };
  return manifest['test-cases']
    .filter(({ module }) => module !== 'questionnaire')
    .map(({ name, file, module, java, supporting = [], profiles = [] }) => ({
      name,
      module,
      text: readFileSync(join(folder, file), 'utf8'),
      valid: isValid(readFileSync(join(folder, 'outcomes', java), 'utf8')),
      supporting: [...profiles, ...supporting].map((one) => join(folder, one)),
    }));
}

function isValid(outcome: string): boolean {
  const { issue = [] } = JSON.parse(outcome) as { readonly issue?: readonly { readonly severity: string }[] };
  return !issue.some(({ severity }) => severity === 'error' || severity === 'fatal');
}

/** Our verdict on a case, with the definitions that it brings; implied vital signs as the suite has them. */
export async function judgeCase({ text, supporting }: ValidatorCase): Promise<boolean> {
  const packages = await packageOf(supporting);
  const validator = await loadValidator({
    usCoreVersion: '6.1.0',
    profiles: 'claimed',
    impliedVitalSigns: true,
    packages,
  });
  return validator.judgeText(text).valid;
}

async function packageOf(files: readonly string[]): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'carryover-case-'));
  try {
    for (const [index, file] of files.entries()) writeFileSync(join(folder, `${index}.json`), readFileSync(file));
    return [(await addPackage(folder, { generatedRoot, base: schemasOfR4 })).folder];
  } catch {
    // Nothing that can be judged by: the case is judged without it.
    return [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The cases as questions for the reference validator, offline. */
export function questionsOf(cases: readonly ValidatorCase[]): readonly ReferenceQuestion[] {
  return cases.map(({ name, text }) => ({ id: name, text }));
}

/** Puts the definitions that the cases bring into a folder, for the reference validator; what else they bring it does not take. */
export function copyDefinitions(cases: readonly ValidatorCase[], folder: string): void {
  for (const file of cases.flatMap(({ supporting }) => supporting)) {
    const { resourceType } = JSON.parse(readFileSync(file, 'utf8')) as { readonly resourceType?: string };
    if (['StructureDefinition', 'ValueSet', 'CodeSystem'].includes(resourceType ?? ''))
      copyFileSync(file, join(folder, `${basename(file, '.json')}.json`));
  }
}
