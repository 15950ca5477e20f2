import { describe, expect, test } from 'vitest';

import { loadValidator } from '../../adapters/validation/load-validator.ts';
import { usCoreDir as dir } from '../support/official-data.ts';
import { mutantText } from './mutate/mutate.ts';
import { readRecorded } from './recorded-verdict.ts';
import { syntheticExamples } from './synthetic-examples.ts';
import { type Example, examplesOf } from './us-core-data.ts';

/** Verdicts of ours that differ from the recorded ones, as `operator example: recorded error`; why, is in docs/conformance.md. */
async function differing(name: string, version: string, examples: readonly Example[]): Promise<readonly string[]> {
  const validator = await loadValidator({ usCoreVersion: version, profiles: 'claimed', strict: true });
  const texts = new Map(examples.map((example) => [example.name, example.text]));
  return readRecorded(name).flatMap(({ example, operator, seed, valid, error = '' }) => {
    const text = mutantText({ example, operator, seed }, texts.get(example) ?? '{}');
    if (text === undefined) return [`${operator} ${example}: the recipe makes nothing`];
    return validator.judgeText(text).valid === valid ? [] : [`${operator} ${example}: ${error}`];
  });
}

describe('verdicts that the reference validator gave', () => {
  test('on mutants of made-up members: at least 99 of 100 are ours, too', async () => {
    const recorded = readRecorded('synthetic');
    const differences = await differing('synthetic', '6.1.0', syntheticExamples());
    expect(recorded.length).toBeGreaterThanOrEqual(300);
    expect(recorded.filter(({ valid }) => !valid).length).toBeGreaterThan(100);
    expect(differences.length / recorded.length, differences.join('\n')).toBeLessThanOrEqual(0.01);
  });

  test.skipIf(dir === undefined).for(['6.1.0', '3.1.1'])(
    'on mutants of the official examples of %s (where US_CORE_DIR is): at least 99 of 100 are ours, too',
    async (version) => {
      const differences = await differing(version, version, examplesOf(dir ?? '', version));
      expect(differences.length / readRecorded(version).length, differences.join('\n')).toBeLessThanOrEqual(0.01);
    },
  );
});
