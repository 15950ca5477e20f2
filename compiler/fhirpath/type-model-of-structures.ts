import { type ElementModel, type TypeInfo, TypeModel } from './type-model.ts';

interface TypeReference {
  readonly code: string;
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[];
}

/** The parts of a StructureDefinition that say what a type is made of. */
export interface Structure {
  readonly kind: string;
  readonly type: string;
  readonly baseDefinition?: string;
  readonly derivation?: string;
  readonly snapshot?: {
    readonly element: readonly {
      readonly path: string;
      readonly max?: string;
      readonly type?: readonly TypeReference[];
      readonly contentReference?: string;
    }[];
  };
}

/** Makes the model from the definitions of types; profiles are passed over, for they name no types. Snapshots must be there. */
export function typeModelOfStructures(structures: Iterable<Structure>): TypeModel {
  const types = new Map<string, TypeInfo>();
  for (const structure of structures)
    if (structure.derivation !== 'constraint' && structure.kind !== 'logical') addTypes(types, structure);
  return new TypeModel(types);
}

function addTypes(types: Map<string, TypeInfo>, { kind, type, baseDefinition, snapshot }: Structure): void {
  const made = new Map<string, Map<string, ElementModel>>([[type, new Map()]]);
  const backbones = new Map<string, string>();
  for (const element of snapshot?.element ?? []) {
    const at = element.path.lastIndexOf('.');
    if (at < 0) continue;
    const owner = element.path.slice(0, at);
    const elements = made.get(owner) ?? new Map<string, ElementModel>();
    made.set(owner, elements);
    const name = element.path.slice(at + 1);
    const [code] = (element.type ?? []).map((one) => typeCode(one));
    if (code === 'BackboneElement' || code === 'Element') backbones.set(element.path, code);
    elements.set(name.replace('[x]', ''), elementModel(name, element));
  }
  const base = baseDefinition?.split('/').at(-1);
  types.set(type, {
    kind: kind === 'primitive-type' ? 'primitive' : kind === 'resource' ? 'resource' : 'complex',
    ...(base !== undefined && { base }),
    elements: made.get(type) ?? new Map(),
  });
  for (const [path, elements] of made)
    if (path !== type) types.set(path, { kind: 'complex', base: backbones.get(path) ?? 'BackboneElement', elements });
}

function elementModel(name: string, element: NonNullable<Structure['snapshot']>['element'][number]): ElementModel {
  const list = element.max === '*' || Number(element.max) > 1;
  if (element.contentReference !== undefined)
    return { list, properties: [{ property: name, type: element.contentReference.split('#')[1] ?? '' }] };
  const codes = (element.type ?? []).map(typeCode);
  if (name.endsWith('[x]'))
    return {
      list,
      properties: codes.map((code) => ({ property: `${name.slice(0, -3)}${capitalised(code)}`, type: code })),
    };
  const [code = 'System.String'] = codes;
  const inline = code === 'BackboneElement' || code === 'Element';
  return { list, properties: [{ property: name, type: inline ? element.path : code }] };
}

const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';

/** `id` of a resource is an `http://hl7.org/fhirpath/System.String` with the FHIR type in an extension. */
function typeCode({ code, extension }: TypeReference): string {
  if (!code.startsWith('http://hl7.org/fhirpath/')) return code;
  const said = extension?.find(({ url }) => url === fhirType)?.valueUrl;
  return said === 'id' || said === 'uri' ? said : 'System.String';
}

function capitalised(code: string): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1)}`;
}
