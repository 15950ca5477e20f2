import type { Discriminator, ElementDefinition } from '../package/definitions.ts';
import type { ElementNode } from './element-tree.ts';
import type { SliceTest } from './schema-document.ts';
import { facet } from './value-schema.ts';

/** Tests that tell the members of a slice; undefined where a discriminator says nothing that can be tested (then nobody belongs). */
export function sliceTests(slice: ElementNode, discriminators: readonly Discriminator[]): SliceTest[] | undefined {
  const tests = discriminators.map((discriminator) => testOf(slice, discriminator));
  return tests.every((test) => test !== undefined) && tests.length > 0 ? tests : undefined;
}

function testOf(slice: ElementNode, discriminator: Discriminator): SliceTest | undefined {
  const found = elementAt(slice, discriminator.path);
  const is = criterion(discriminator, found);
  return is === undefined ? undefined : { discriminator, is };
}

interface Found {
  readonly definition: ElementDefinition;
  /** The path ends in `resolve()`: the target is meant, not the reference. */
  readonly resolved: boolean;
}

function criterion({ type, path }: Discriminator, found: Found | undefined): SliceTest['is'] | undefined {
  if (path === 'url' && found === undefined) return undefined;
  if (found === undefined) return undefined;
  const { definition, resolved } = found;
  switch (type) {
    case 'value':
    case 'pattern':
      return valueCriterion(definition);
    case 'exists':
      if (definition.max === '0') return { kind: 'exists', exists: false };
      return (definition.min ?? 0) > 0 ? { kind: 'exists', exists: true } : undefined;
    case 'type': {
      const types = definition.type ?? [];
      if (!resolved) return { kind: 'types', types: types.map(({ code }) => code) };
      return { kind: 'profiles', profiles: types.flatMap(({ targetProfile = [] }) => targetProfile) };
    }
    case 'profile': {
      const types = definition.type ?? [];
      const profiles = types.flatMap(({ profile = [], targetProfile = [] }) => (resolved ? targetProfile : profile));
      return profiles.length === 0 ? undefined : { kind: 'profiles', profiles };
    }
  }
}

function valueCriterion(definition: ElementDefinition): SliceTest['is'] | undefined {
  const fixed = facet(definition, 'fixed');
  if (fixed !== undefined) return { kind: 'fixed', value: fixed };
  const pattern = facet(definition, 'pattern');
  if (pattern !== undefined) return { kind: 'pattern', value: pattern };
  const { binding } = definition;
  if (binding?.valueSet !== undefined && binding.strength === 'required')
    return { kind: 'valueSet', valueSet: binding.valueSet };
  if (definition.max === '0') return { kind: 'exists', exists: false };
  return undefined;
}

/** The element of the slice at the discriminator's path; an extension in it is looked up by its profile. */
function elementAt(slice: ElementNode, path: string): Found | undefined {
  let node: ElementNode | undefined = slice;
  let resolved = false;
  for (const step of steps(path)) {
    if (step === '$this') continue;
    if (step === 'resolve()') resolved = true;
    else if (step.startsWith('ofType(')) continue;
    else if (step.startsWith('extension(')) node = extensionOf(node, step.slice('extension('.length, -1));
    else node = node?.children.find(({ name }) => name === step || name === `${step}[x]`);
  }
  if (node === undefined) return undefined;
  // A choice that is sliced by type holds the rule in its only slice.
  const definition = node.slices.length === 1 ? (node.slices[0]?.definition ?? node.definition) : node.definition;
  return { definition: facetOf(definition) ? definition : node.definition, resolved };
}

function facetOf(definition: ElementDefinition): boolean {
  return facet(definition, 'fixed') !== undefined || facet(definition, 'pattern') !== undefined;
}

function extensionOf(node: ElementNode | undefined, quoted: string): ElementNode | undefined {
  const url = quoted.replaceAll(/^['"]|['"]$/g, '');
  const extensions = node?.children.find(({ name }) => name === 'extension');
  return extensions?.slices.find(({ definition }) =>
    definition.type?.some(({ profile }) => profile?.some((one) => one.split('|')[0] === url)),
  );
}

/** Splits a discriminator path at its dots; dots inside of parentheses belong to a URL. */
export function steps(path: string): string[] {
  return path.split(/\.(?![^(]*\))/);
}
