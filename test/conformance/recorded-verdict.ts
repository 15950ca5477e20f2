import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Recipe } from './mutate/mutate.ts';

/** What the reference validator said of a mutant: the recipe, not the text, so that no data of others is kept. */
export interface RecordedVerdict extends Recipe {
  readonly valid: boolean;
  /** Id of the first message that counts. */
  readonly error?: string;
}

const folder = join(import.meta.dirname, '../../fixtures/conformance');

/** `synthetic`, or the version of US Core whose examples were changed. */
export function readRecorded(name: string): readonly RecordedVerdict[] {
  const lines = readFileSync(join(folder, `${name}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedVerdict);
}

export function writeRecorded(name: string, verdicts: readonly RecordedVerdict[]): void {
  writeFileSync(join(folder, `${name}.ndjson`), verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join(''));
}
