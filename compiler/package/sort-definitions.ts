import type { CodeSystem, FhirPackage, StructureDefinition, ValueSet } from './definitions.ts';

/** Sorts the resources of a package by kind and URL, so that the same package gives the same bytes whatever the order of its files. */
export function sortDefinitions(name: string, version: string, resources: readonly unknown[]): FhirPackage {
  const structures: StructureDefinition[] = [];
  const valueSets: ValueSet[] = [];
  const codeSystems: CodeSystem[] = [];
  for (const resource of resources) {
    const definition = resource as StructureDefinition | ValueSet | CodeSystem | { resourceType?: undefined } | null;
    if (definition?.resourceType === 'StructureDefinition') structures.push(definition);
    else if (definition?.resourceType === 'ValueSet') valueSets.push(definition);
    else if (definition?.resourceType === 'CodeSystem') codeSystems.push(definition);
  }
  return {
    name,
    version,
    structures: structures.toSorted(byUrl),
    valueSets: valueSets.toSorted(byUrl),
    codeSystems: codeSystems.toSorted(byUrl),
  };
}

function byUrl(one: { readonly url: string }, other: { readonly url: string }): number {
  if (one.url === other.url) return 0;
  return one.url < other.url ? -1 : 1;
}
