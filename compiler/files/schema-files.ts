import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { CodeSystem } from '../package/definitions.ts';
import type { SchemaDocument } from '../schema/schema-document.ts';
import type { CompiledPackage } from '../standalone/compiled-package.ts';
import { placesOf } from '../standalone/places-of.ts';
import type { CodeList } from '../terminology/code-list.ts';
import { formatJson, formatLines } from './format-json.ts';

/** Folder of a document by its kind. */
const folders: Readonly<Record<SchemaDocument['kind'], string>> = {
  primitive: 'types',
  type: 'types',
  resource: 'resources',
  profile: 'profiles',
  extension: 'extensions',
};

/** The files of a compiled package, by path: what is committed under schemas/. The same package gives the same bytes. */
export function schemaFiles({
  name,
  version,
  documents,
  valueSets,
  codeSystems,
}: CompiledPackage): Map<string, string> {
  const places = placesOf(documents, '');
  const files = new Map([['package.json', formatJson({ name, version })]]);
  for (const document of documents)
    files.set(`${folders[document.kind]}/${places.get(document.$id)?.file}.json`, formatJson(document));
  files.set('value-sets.json', formatLines(valueSets));
  files.set('code-systems.json', formatLines(codeSystems));
  return files;
}

/** Reads a compiled package from its folder. Throws the system's error where a file is missing. */
export function readSchemas(folder: string): CompiledPackage {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const present = new Set(readdirSync(folder));
  const documents = [...new Set(Object.values(folders))]
    .filter((kind) => present.has(kind))
    .flatMap((kind) =>
      readdirSync(join(folder, kind))
        .toSorted()
        .map((file) => read(`${kind}/${file}`) as SchemaDocument),
    );
  return {
    ...(read('package.json') as { name: string; version: string }),
    documents: documents.toSorted((one, other) => (one.$id < other.$id ? -1 : 1)),
    valueSets: read('value-sets.json') as readonly CodeList[],
    codeSystems: read('code-systems.json') as readonly CodeSystem[],
  };
}
