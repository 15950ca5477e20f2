// Holds our validator against others, and prints the figures: npm run conformance -- [--count 3000] [--seed 1] [--without-reference]
// What is not there is named and counted as not run; with CI set that is a failure. Ends with 0 only where every goal is reached.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { loadValidator } from '../../adapters/validation/load-validator.ts';
import { usCoreDir as dir } from '../support/official-data.ts';
import { agreementText, comparing } from './agreement.ts';
import { mutantsOf } from './mutate/mutate.ts';
import { differFromPublisher, judgeOfficialExamples } from './official-examples.ts';
import { referenceTerminology } from './reference-terminology.ts';
import { askReference, buildReferenceValidator } from './reference-validator.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { definitionFolders, examplesOf } from './us-core-data.ts';
import { copyDefinitions, judgeCase, questionsOf, validatorCases } from './validator-cases.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    'without-reference': { type: 'boolean', default: false },
  },
});

/** US Core 3.1.1 has two examples that the reference refuses, too. */
const rightlyRefused: Readonly<Record<string, readonly string[]>> = {
  '6.1.0': [],
  '3.1.1': ['DiagnosticReport-cardiology-report.json', 'Observation-satO2-fiO2.json'],
};
const leastAgreement = 0.99;
const versions = Object.keys(rightlyRefused);

const missed: string[] = [];
const notRun: string[] = [];
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const hold = (goal: string, reached: boolean): void => void (reached || missed.push(goal));

if (dir === undefined) notRun.push('everything: the official data are not there (set US_CORE_DIR)');
else {
  for (const version of versions) await officialExamples(dir, version);
  const reference = await referenceIsThere();
  await recordedCases(dir, reference);
  if (reference) for (const version of versions) await mutants(dir, version);
}

for (const one of notRun) say(`not run: ${one}`);
for (const goal of missed) say(`missed: ${goal}`);
say(`${missed.length} goals missed, ${notRun.length} parts not run`);
process.exitCode = missed.length > 0 || (notRun.length > 0 && process.env['CI'] !== undefined) ? 1 : 0;

async function officialExamples(data: string, version: string): Promise<void> {
  const { claiming, refused } = await judgeOfficialExamples(data, version);
  say(`official examples of ${version}: ${claiming - refused.length} of ${claiming} that claim a profile accepted`);
  for (const { name, reason } of refused) say(`  refused: ${name}: ${reason}`);
  const names = refused.map(({ name }) => name);
  hold(`official examples of ${version}`, names.join() === rightlyRefused[version]?.join());
  if (version === '3.1.1') return;
  const differing = await differFromPublisher(data, version);
  say(`validation-oo.json of ${version}: ${differing.length} examples differ at error level`);
  for (const name of differing) say(`  differs: ${name}`);
  hold(`validation-oo.json of ${version}`, differing.length === 0);
}

async function referenceIsThere(): Promise<boolean> {
  if (values['without-reference']) return false;
  try {
    await buildReferenceValidator();
    return true;
  } catch {
    notRun.push('everything beside the reference validator: Java 17 and Maven are needed');
    return false;
  }
}

async function recordedCases(data: string, reference: boolean): Promise<void> {
  const cases = validatorCases(data);
  const disagreeing: string[] = [];
  for (const one of cases) if ((await judgeCase(one)) !== one.valid) disagreeing.push(`${one.module}/${one.name}`);
  const ours = cases.length - disagreeing.length;
  say(`recorded cases: ${ours} of ${cases.length} verdicts agree (${((100 * ours) / cases.length).toFixed(1)} %)`);
  for (const name of disagreeing) say(`  differs: ${name}`);
  if (!reference) return;
  const recorded = new Map(cases.map(({ name, valid }) => [name, valid]));
  const folder = mkdtempSync(join(tmpdir(), 'carryover-cases-'));
  let theirs = 0;
  try {
    copyDefinitions(cases, folder);
    for await (const { id, issues } of askReference(
      [...definitionFolders(data, '6.1.0'), folder],
      questionsOf(cases),
    )) {
      const valid = !issues.some(({ severity }) => severity === 'error' || severity === 'fatal');
      if (valid === recorded.get(id)) theirs += 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`recorded cases: ${theirs} of ${cases.length} for the reference validator offline`);
  hold('recorded cases: at least as many as the reference offline', ours >= theirs);
}

async function mutants(data: string, version: string): Promise<void> {
  const made = mutantsOf(examplesOf(data, version), values.seed, Number(values.count));
  const texts = new Map(made.map(({ id, text }) => [id, text]));
  const terminology = referenceTerminology(data, version);
  const comparison = comparing(await loadValidator({ usCoreVersion: version, profiles: 'claimed', strict: true }));
  for await (const answer of askReference(definitionFolders(data, version), made))
    comparison.add(answer.id, texts.get(answer.id) ?? '', referenceVerdict(answer, terminology));
  const agreement = comparison.agreement();
  say(agreementText(`mutants of ${version}, seed ${values.seed}`, agreement));
  hold(`mutants of ${version}`, agreement.agreeing >= leastAgreement * agreement.compared && agreement.compared > 0);
}
