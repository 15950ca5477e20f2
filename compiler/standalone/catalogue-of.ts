import { typeModelOfSchemas } from '../fhirpath/type-model-of-schemas.ts';
import type { SchemaDocument } from '../schema/schema-document.ts';
import { typeNameOf } from '../schema/type-names.ts';
import type { CodeList } from '../terminology/code-list.ts';
import { type Catalogue, type Place, withoutVersion } from './catalogue.ts';
import type { CompiledPackage } from './compiled-package.ts';
import { placesOf } from './places-of.ts';

/** A package, and the folder of generated code that is its own. */
export interface PlacedPackage extends CompiledPackage {
  readonly folder: string;
}

export interface PackageCatalogue extends Catalogue {
  /** Value sets that the code refers to, by the name of their constant. */
  readonly usedValueSets: Map<string, CodeList>;
}

/** What the code of `own` may refer to: itself, and the packages that it stands on. */
export function catalogueOf(own: PlacedPackage, below: readonly PlacedPackage[]): PackageCatalogue {
  const documents = new Map<string, { readonly document: SchemaDocument; readonly place: Place | undefined }>();
  const lists = new Map<string, CodeList>();
  for (const { folder, documents: all, valueSets } of [own, ...below]) {
    const places = placesOf(all, folder);
    for (const document of all)
      if (!documents.has(document.$id)) documents.set(document.$id, { document, place: places.get(document.$id) });
    for (const list of valueSets) if (!lists.has(list.url)) lists.set(list.url, list);
  }
  const usedValueSets = new Map<string, CodeList>();
  const find = (canonical: string) => documents.get(withoutVersion(canonical));
  return {
    usedValueSets,
    typeModel: typeModelOfSchemas([own, ...below].flatMap((one) => one.documents)),
    document: (canonical) => find(canonical)?.document,
    place: (canonical) => find(canonical)?.place,
    valueSet: (canonical) => lists.get(withoutVersion(canonical)),
    valueSetPlace(canonical) {
      const list = lists.get(withoutVersion(canonical));
      if (list === undefined) throw new TypeError(`The value set ${canonical} is not at hand`);
      const name = `V_${withoutVersion(canonical).replaceAll(/\W+/g, '_')}`;
      usedValueSets.set(name, list);
      return { module: `${own.folder}/value-sets`, name };
    },
    resourceTypeOf(canonical) {
      const document = find(canonical)?.document;
      if (document === undefined) return typeNameOf(canonical);
      return 'fhirType' in document ? document.fhirType : undefined;
    },
  };
}
