#!/usr/bin/env node
// Compiles a FHIR package to JSON Schemas: node compiler/main.ts --package PATH|base --out FOLDER
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { compileToFolder } from './compile-to-folder.ts';
import { PackageProblem } from './package/read-package.ts';

const usage = 'Usage: node compiler/main.ts --package PATH|base --out FOLDER';
const { values } = parseArgs({ options: { package: { type: 'string' }, out: { type: 'string' } } });

if (values.package === undefined || values.out === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  try {
    const base = join(dirname(import.meta.dirname), 'schemas', 'r4');
    const { compiled, leftOut } = await compileToFolder({ package: values.package, out: values.out, base });
    const { name, version, documents, valueSets } = compiled;
    process.stdout.write(
      `${name} ${version}: ${documents.length} schemas, ${valueSets.length} value sets in ${values.out}\n`,
    );
    for (const { url, reason } of leftOut) process.stdout.write(`left out: ${url} (${reason})\n`);
  } catch (error) {
    if (!(error instanceof PackageProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
