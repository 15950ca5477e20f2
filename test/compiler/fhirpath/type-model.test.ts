import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { type SchemaShape, typeModelOfSchemas } from '../../../compiler/fhirpath/type-model-of-schemas.ts';
import { baseDefinitions, typeModel } from '../../support/invariants/definitions.ts';

const schemas = ['types', 'resources'].flatMap((folder) => {
  const path = join(import.meta.dirname, '../../../schemas/r4', folder);
  return readdirSync(path).map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as SchemaShape);
});
const ofSchemas = typeModelOfSchemas(schemas);

describe('the type model', () => {
  test('is the same from the committed schemas as from the official definitions', () => {
    const paths = baseDefinitions
      .filter(({ derivation, kind, type }) => derivation !== 'constraint' && kind !== 'logical' && ofSchemas.has(type))
      .flatMap(({ snapshot }) => (snapshot?.element ?? []).map(({ path }) => path))
      .filter((path) => path.includes('.') && !path.endsWith('.value') && !/\.(id|url|div)$|^xhtml\./.test(path));
    const element = (model: typeof typeModel, path: string) => {
      const at = path.lastIndexOf('.');
      return JSON.stringify(model.element(path.slice(0, at), path.slice(at + 1).replace('[x]', '')));
    };
    expect(paths.length).toBeGreaterThan(5000);
    expect(paths.filter((path) => element(ofSchemas, path) !== element(typeModel, path))).toEqual([]);
  });

  test('knows what a type specialises', () => {
    for (const model of [typeModel, ofSchemas]) {
      expect(model.isA('Age', 'Quantity')).toBe(true);
      expect(model.isA('code', 'string')).toBe(true);
      expect(model.isA('Patient', 'DomainResource')).toBe(true);
      expect(model.isA('Patient.contact', 'BackboneElement')).toBe(true);
      expect(model.isA('Quantity', 'Age')).toBe(false);
    }
  });
});
