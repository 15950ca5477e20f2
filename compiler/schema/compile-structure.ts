import type { StructureDefinition } from '../package/definitions.ts';
import { elementTree } from './element-tree.ts';
import { invariantsOf } from './invariants-of.ts';
import { ObjectSchemas } from './object-schema.ts';
import { primitiveSchema } from './primitive-schema.ts';
import type { SchemaDocument } from './schema-document.ts';

/** The document of a data type, resource, profile or extension. The definition must have a snapshot. */
export function compileStructure(structure: StructureDefinition): SchemaDocument {
  const root = elementTree(structure);
  const kind = kindOf(structure);
  const { url, version, title, name, type } = structure;
  const head = {
    $schema: 'https://json-schema.org/draft/2019-09/schema',
    $id: url,
    title: title ?? name,
    ...(version !== undefined && { version }),
    kind,
    ...(structure.abstract === true && { abstract: true as const }),
    ...(structure.baseDefinition !== undefined && { base: structure.baseDefinition }),
    ...(kind === 'extension' && structure.context !== undefined && { context: structure.context }),
    ...(kind === 'extension' && root.definition.isModifier === true && { modifier: true as const }),
  };
  if (kind === 'primitive') return { ...head, ...primitiveSchema(type, invariantsOf(root.definition)) };
  const schemas = new ObjectSchemas();
  const abstract = structure.abstract === true;
  const schema = schemas.of(root, type, structure.kind === 'resource' && !abstract ? type : undefined);
  const invariants = invariantsOf(root.definition);
  const defs = Object.keys(schemas.defs).length > 0 && { $defs: schemas.defs };
  // What is of an abstract type is of a narrower one, which may have more.
  const open = abstract && { additionalProperties: true };
  return { ...head, ...schema, ...open, ...(invariants.length > 0 && { invariants }), ...defs };
}

function kindOf({ kind, type, derivation }: StructureDefinition): SchemaDocument['kind'] {
  if (kind === 'primitive-type') return 'primitive';
  if (derivation === 'constraint') return type === 'Extension' ? 'extension' : 'profile';
  return kind === 'resource' ? 'resource' : 'type';
}
