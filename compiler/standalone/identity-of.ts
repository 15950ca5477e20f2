import { refName } from '../schema/ref-name.ts';
import type { ArraySchema, ObjectSchema, SchemaDocument, SliceRule, ValueSchema } from '../schema/schema-document.ts';
import type { Catalogue } from './catalogue.ts';

/** What tells the resources that a profile is meant for: see Identity in domain/validation/runtime/environment.ts. */
interface Identity {
  readonly codes?: readonly string[];
  readonly categories?: readonly (readonly string[])[];
  readonly namedCategories?: readonly string[];
}

/** More codes than this name a kind of things (all conditions), not a profile's own thing. */
const mostCodes = 64;

/** The code and the categories that a profile demands, as `system|code`; undefined where it demands neither. */
export function identityOf(document: SchemaDocument & ObjectSchema, catalogue: Catalogue): Identity | undefined {
  const codes = codesOf(document, document.properties['code'], catalogue);
  const slices = slicesOf(document.properties['category']);
  const demanded = slices
    .filter(({ min = 0 }) => min > 0)
    .flatMap((slice) => {
      const listed = codesOfSlice(slice, catalogue);
      return listed === undefined ? [] : [listed];
    });
  const named =
    demanded.length > 0 ? undefined : nonEmpty(slices.flatMap((slice) => codesOfSlice(slice, catalogue) ?? []));
  if (codes === undefined && demanded.length === 0 && named === undefined) return undefined;
  return {
    ...(codes !== undefined && { codes }),
    ...(demanded.length > 0 && { categories: demanded }),
    ...(named !== undefined && { namedCategories: named }),
  };
}

function codesOf(document: SchemaDocument, rule: unknown, catalogue: Catalogue): readonly string[] | undefined {
  const value = rule as ValueSchema | undefined;
  if (value?.$ref === undefined) return undefined;
  if (value.fhirPattern !== undefined) return nonEmpty(codings(value.fhirPattern));
  const inside = value.$ref.startsWith('#') ? document.$defs?.[refName(value.$ref)] : undefined;
  const sliced = slicesOf(inside?.properties['coding']).flatMap((slice) =>
    (slice.min ?? 0) > 0 ? (codesOfSlice(slice, catalogue) ?? []) : [],
  );
  return (
    nonEmpty(sliced) ?? (value.binding === undefined ? undefined : codesOfValueSet(value.binding.valueSet, catalogue))
  );
}

function slicesOf(rule: unknown): readonly SliceRule[] {
  return (rule as ArraySchema | undefined)?.slicing?.slices ?? [];
}

/** Codes by which a slice is told: a pattern, a value set, or a code and a system each for itself. */
function codesOfSlice({ tests }: SliceRule, catalogue: Catalogue): readonly string[] | undefined {
  const fixed: Record<string, string> = {};
  for (const { discriminator, is } of tests) {
    if (is.kind === 'valueSet') return codesOfValueSet(is.valueSet, catalogue);
    if (is.kind !== 'fixed' && is.kind !== 'pattern') continue;
    if (typeof is.value === 'object') return nonEmpty(codings(is.value));
    if (typeof is.value === 'string')
      fixed[discriminator.path.slice(discriminator.path.lastIndexOf('.') + 1)] = is.value;
  }
  return fixed['code'] === undefined ? undefined : [`${fixed['system']}|${fixed['code']}`];
}

function codings(pattern: unknown): string[] {
  const { coding, system, code } = pattern as { coding?: unknown; system?: string; code?: string };
  if (code !== undefined) return [`${system}|${code}`];
  return Array.isArray(coding) ? coding.flatMap(codings) : [];
}

function codesOfValueSet(canonical: string, catalogue: Catalogue): readonly string[] | undefined {
  const list = catalogue.valueSet(canonical);
  if (list === undefined || list.open !== undefined) return undefined;
  const codes = Object.entries(list.systems).map(([system, all]) =>
    all === true ? undefined : all.map((code) => `${system}|${code}`),
  );
  if (codes.includes(undefined)) return undefined;
  const every = codes.flatMap((some) => some ?? []);
  return every.length > mostCodes ? undefined : nonEmpty(every);
}

function nonEmpty(codes: readonly string[]): readonly string[] | undefined {
  return codes.length === 0 ? undefined : codes;
}
