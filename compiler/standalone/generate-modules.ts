import { emitObject } from '../keywords/emit-object.ts';
import type { ObjectSchema, SchemaDocument } from '../schema/schema-document.ts';
import { knownCodes } from '../terminology/code-systems.ts';
import { catalogueOf, type PackageCatalogue, type PlacedPackage } from './catalogue-of.ts';
import type { Place } from './catalogue.ts';
import type { IndexEntry } from './compiled-package.ts';
import { identityOf } from './identity-of.ts';
import { type Mode, ModuleOutput } from './module-output.ts';
import { placesOf } from './places-of.ts';
import { valueSetModule } from './value-set-module.ts';

/** Text of generated files by path (from the folder of generated code). */
export type GeneratedFiles = Map<string, string>;

/** Generates the validators of a package that stands on others: two modules for each part, and the index of what is there. */
export function generateModules(own: PlacedPackage, below: readonly PlacedPackage[]): GeneratedFiles {
  const files: GeneratedFiles = new Map();
  for (const mode of ['verdict', 'details'] as const) {
    const catalogue = catalogueOf(own, below);
    for (const module of modulesOf(own, catalogue, mode)) files.set(`${module.path}.${mode}.mjs`, module.source());
    files.set(`${own.folder}/value-sets.${mode}.mjs`, valueSetModule(catalogue.usedValueSets));
  }
  const places = placesOf(own.documents, own.folder);
  const catalogue = catalogueOf(own, below);
  const index = own.documents.flatMap((document) => indexEntry(document, places.get(document.$id), catalogue));
  files.set(`${own.folder}/index.json`, `[\n${index.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
  files.set(`${own.folder}/code-systems.json`, codeSystemsFile(own));
  return files;
}

/** Codes of the code systems that are known in full, by URL. */
function codeSystemsFile({ codeSystems }: PlacedPackage): string {
  const known = codeSystems.flatMap((system) => {
    const codes = knownCodes(system)?.codes;
    return codes === undefined ? [] : [[system.url, [...codes]] as const];
  });
  return `${JSON.stringify(Object.fromEntries(known))}\n`;
}

function modulesOf(own: PlacedPackage, catalogue: PackageCatalogue, mode: Mode): ModuleOutput[] {
  const modules = new Map<string, ModuleOutput>();
  const places = placesOf(own.documents, own.folder);
  for (const document of own.documents) {
    const place = places.get(document.$id);
    if (!('properties' in document) || place === undefined) continue;
    const { module: path, name } = place;
    const module = modules.get(path) ?? new ModuleOutput(mode, path);
    modules.set(path, module);
    emitDocument(module, catalogue, document, name);
  }
  return [...modules.values()];
}

function emitDocument(
  module: ModuleOutput,
  catalogue: PackageCatalogue,
  document: SchemaDocument & ObjectSchema,
  name: string,
): void {
  const defs = Object.entries(document.$defs ?? {});
  const locals = new Map(defs.map(([id]) => [id, module.name(`${name}_${id}`)]));
  const parts = { module, catalogue, document, locals };
  emitObject({ ...parts, schema: document, name: module.name(name), at: document.fhirType });
  for (const [id, schema] of defs) emitObject({ ...parts, schema, name: locals.get(id) ?? id, at: schema.fhirType });
}

function indexEntry(document: SchemaDocument, place: Place | undefined, catalogue: PackageCatalogue): IndexEntry[] {
  if (!('properties' in document) || place === undefined) return [];
  // Nothing is of an abstract type.
  if (document.kind === 'resource' && document.abstract === true) return [];
  const identity = document.kind === 'profile' ? identityOf(document, catalogue) : undefined;
  const { $id: url, version, kind, base, context, modifier, fhirType: type } = document;
  return [
    {
      url,
      ...(version !== undefined && { version }),
      kind,
      type,
      ...(base !== undefined && { base }),
      module: place.module,
      name: place.name,
      ...(context !== undefined && { context }),
      ...(modifier !== undefined && { modifier }),
      ...(identity !== undefined && { identity }),
    },
  ];
}
