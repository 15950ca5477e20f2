import type { SchemaDocument } from '../schema/schema-document.ts';
import type { Place } from './catalogue.ts';

interface NamedPlace extends Place {
  /** Name of the document's own file, without ending. */
  readonly file: string;
}

/**
 * Where the functions of a package's documents stand: data types share a module, extensions share one, every resource and profile
 * has its own, loaded when it is needed.
 */
export function placesOf(documents: readonly SchemaDocument[], folder: string): ReadonlyMap<string, NamedPlace> {
  const taken = new Set<string>();
  return new Map(
    documents.map((document) => {
      const last = document.$id.slice(document.$id.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/g, '_');
      let file = last;
      for (let n = 2; taken.has(`${document.kind} ${file}`.toLowerCase()); n += 1) file = `${last}-${n}`;
      taken.add(`${document.kind} ${file}`.toLowerCase());
      return [document.$id, { ...placeOf(document, folder, file), file }];
    }),
  );
}

function placeOf(document: SchemaDocument, folder: string, file: string): Place {
  const plain = file.replaceAll(/\W/g, '_');
  switch (document.kind) {
    case 'primitive':
    case 'type':
      return { module: `${folder}/types`, name: `T_${plain}` };
    case 'extension':
      return { module: `${folder}/extensions`, name: `X_${plain}` };
    case 'resource':
      return { module: `${folder}/resources/${file}`, name: `R_${plain}` };
    case 'profile':
      if (isDataType(document)) return { module: `${folder}/types`, name: `P_${plain}` };
      return { module: `${folder}/profiles/${file}`, name: `P_${plain}` };
  }
}

function isDataType(document: SchemaDocument): boolean {
  return 'properties' in document && document.properties['resourceType'] === undefined;
}
