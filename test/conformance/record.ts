import { usCoreDir as dir } from '../support/official-data.ts';
// Records what the reference validator says of a few hundred mutants into fixtures/conformance: node test/conformance/record.ts
import { mutantsOf } from './mutate/mutate.ts';
import { type RecordedVerdict, writeRecorded } from './recorded-verdict.ts';
import { referenceTerminology } from './reference-terminology.ts';
import { askReference, buildReferenceValidator } from './reference-validator.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { syntheticExamples } from './synthetic-examples.ts';
import { definitionFolders, type Example, examplesOf } from './us-core-data.ts';

const count = 300;

if (dir === undefined) throw new Error('The official data are not there: set US_CORE_DIR.');
await buildReferenceValidator();
await record('synthetic', '6.1.0', syntheticExamples());
for (const version of ['6.1.0', '3.1.1']) await record(version, version, examplesOf(dir, version));

async function record(name: string, version: string, examples: readonly Example[]): Promise<void> {
  const data = dir ?? '';
  const mutants = mutantsOf(examples, `recorded ${name}`, count);
  const terminology = referenceTerminology(data, version);
  const recorded: RecordedVerdict[] = [];
  for await (const answer of askReference(definitionFolders(data, version), mutants)) {
    const mutant = mutants[recorded.length];
    if (mutant === undefined) break;
    const { valid, errors } = referenceVerdict(answer, terminology);
    const { example, operator, seed } = mutant;
    recorded.push({ example, operator, seed, valid, ...(errors[0] !== undefined && { error: errors[0] }) });
  }
  writeRecorded(name, recorded);
  process.stdout.write(
    `${name}: ${recorded.length} verdicts, ${recorded.filter(({ valid }) => valid).length} of them valid\n`,
  );
}
