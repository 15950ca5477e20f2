import type { Command } from 'commander';

import { generatedRoot, schemasOfR4 } from '../../adapters/validation/generated-code.ts';
import { findInputs } from '../../adapters/validation/input/find-inputs.ts';
import { loadValidator, type LoadOptions } from '../../adapters/validation/load-validator.ts';
import { validateInputs } from '../../adapters/validation/pool/validate-inputs.ts';
import { summarizing } from '../../domain/report/validation-summary.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { percentProgress } from '../percent-progress.ts';
import { packageText } from '../tell-package.ts';
import { validationText } from '../tell-validation.ts';

interface ValidateOptions {
  readonly usCore: string;
  readonly profile?: string;
  readonly package?: string;
  readonly ndjson?: boolean;
  readonly errorsOnly?: boolean;
  readonly impliedVitalSigns?: boolean;
  readonly strict?: boolean;
}

/** `carryover validate`: judges FHIR resources against US Core, and touches nothing. */
export const validate = defineCommand<ValidateOptions>({
  afterFailure: 'Nothing was changed.',
  configure(command: Command) {
    command
      .argument('<path...>', 'files, folders, or - for standard input: JSON, Bundle, NDJSON, plain or .gz')
      .option('--us-core <version>', 'the version of US Core', '6.1.0')
      .option('--profile <url>', 'judge against this profile instead of those that are claimed')
      .option('--package <path>', 'bring another FHIR package (.tgz or folder): its profiles stand before US Core')
      .option('--ndjson', 'print one line for each resource, in the order of the input')
      .option('--errors-only', 'leave out warnings and what could not be checked; faster')
      .option('--implied-vital-signs', 'judge vital signs against the base profile, whatever they claim')
      .option('--strict', 'unknown profiles, and links and full URLs of search sets, are errors as HAPI has them');
  },
  async run({ options, out }, chosen, paths) {
    if (chosen.ndjson === true && options.json)
      throw new CarryoverError('USAGE', '--ndjson and --json exclude each other.');
    const inputs = await findInputs(paths);
    const load = await loadOptions(chosen, out);
    // What is wrong with the options shows here, once, and not in every thread.
    await loadValidator(load);
    const progress = percentProgress(
      out,
      inputs.reduce((sum, { size }) => sum + size, 0),
    );
    const summing = summarizing();
    const verdicts = validateInputs({
      inputs,
      load,
      notes: chosen.errorsOnly !== true,
      standardInput: process.stdin,
      onBytes: progress.bytes,
    });
    for await (const some of verdicts) {
      for (const verdict of some) summing.add(verdict);
      progress.resources(some.length);
      if (chosen.ndjson === true) await printLines(some);
    }
    out.endProgress();
    const summary = summing.summary();
    if (chosen.ndjson !== true) out.result(summary, validationText(summary));
    return summary.invalid === 0 ? exitCodes.good : exitCodes.someBad;
  },
});

async function loadOptions(
  { usCore, profile, package: path, impliedVitalSigns = false, strict = false }: ValidateOptions,
  out: Output,
): Promise<LoadOptions> {
  const packages = path === undefined ? [] : [await addedPackage(path, out)];
  return {
    usCoreVersion: usCore,
    packages,
    impliedVitalSigns,
    strict,
    ...(profile !== undefined && { profile }),
  };
}

/** The compiler is loaded only where something must be compiled. Says what of the package counts. */
async function addedPackage(path: string, out: Output): Promise<string> {
  const { addPackage } = await import('../../compiler/add-package.ts');
  const added = await addPackage(path, { generatedRoot, base: schemasOfR4 });
  out.note(packageText(added));
  return added.folder;
}

/** A reader that is slower than we are is waited for. */
async function printLines(verdicts: readonly object[]): Promise<void> {
  const text = verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join('');
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}
