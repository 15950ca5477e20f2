// Judges the resources of an NDJSON file by every version, so that Node keeps what V8 compiles meanwhile: set-up runs it once.
//   node adapters/validation/warm-code.ts FILE
import { readFileSync } from 'node:fs';

import { generatedVersions } from './generated-code.ts';
import { loadValidator } from './load-validator.ts';

const [, , file = ''] = process.argv;
const lines = readFileSync(file, 'utf8').split('\n');
for (const usCoreVersion of generatedVersions()) {
  const validator = await loadValidator({ usCoreVersion });
  for (const line of lines) if (line !== '') validator.judgeText(line, { notes: true });
}
