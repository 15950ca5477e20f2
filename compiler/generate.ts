#!/usr/bin/env node
// Generates the validators from the committed schemas: node compiler/generate.ts SCHEMAS OUT
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readSchemas } from './files/schema-files.ts';
import type { PlacedPackage } from './standalone/catalogue-of.ts';
import { generateModules } from './standalone/generate-modules.ts';

const [schemas = '', out = ''] = process.argv.slice(2);

const base: PlacedPackage = { ...readSchemas(join(schemas, 'r4')), folder: 'r4' };
const guides = readdirSync(join(schemas, 'us-core')).toSorted();
const packages = guides.map((version) => ({
  ...readSchemas(join(schemas, 'us-core', version)),
  folder: `us-core/${version}`,
}));
const files = [...generateModules(base, []), ...packages.flatMap((own) => [...generateModules(own, [base])])];

// Whoever reads the folder meanwhile sees the old one or the new one, never a half.
const fresh = `${out}.${process.pid}`;
for (const [name, text] of files) {
  mkdirSync(dirname(join(fresh, name)), { recursive: true });
  writeFileSync(join(fresh, name), text);
}
const old = `${fresh}.old`;
if (existsSync(out)) renameSync(out, old);
renameSync(fresh, out);
rmSync(old, { recursive: true, force: true });
