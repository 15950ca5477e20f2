import type { Identity, Rule, RuleBook } from '../runtime/environment.ts';

type Resource = Readonly<Record<string, unknown>>;

/**
 * The guide's profiles for a resource that claims none: told by the code and the categories that a profile demands. A profile that
 * names the code stands before one that demands categories, that before one that only names some, and that before one without
 * either. None fits = none; the only profile of a type always fits.
 */
export function chooseProfiles(resource: Resource, rules: RuleBook): readonly Rule[] {
  const candidates = rules.guideProfiles(String(resource['resourceType']));
  if (candidates.length < 2) return candidates;
  const codes = codesIn([resource['code']]);
  const categories = codesIn(resource['category']);
  const byCode = candidates.filter(({ identity }) => identity?.codes?.some((code) => codes.has(code)));
  if (byCode.length > 0) return mostSpecific(byCode, rules);
  const byCategory = candidates.filter(
    ({ identity }) => identity?.codes === undefined && demandsMet(identity, categories),
  );
  if (byCategory.length > 0) return mostSpecific(byCategory, rules);
  const byName = candidates.filter(({ identity }) => identity?.namedCategories?.some((code) => categories.has(code)));
  if (byName.length > 0) return mostSpecific(byName, rules);
  return candidates.filter(({ identity }) => identity === undefined);
}

/** Without the profiles that another one is made from: whoever conforms to that one conforms to them. */
function mostSpecific(chosen: readonly Rule[], rules: RuleBook): readonly Rule[] {
  if (chosen.length < 2) return chosen;
  const bases = new Set<Rule>();
  for (const { base } of chosen)
    for (let rule = parent(base, rules); rule !== undefined && !bases.has(rule); rule = parent(rule.base, rules))
      bases.add(rule);
  return chosen.filter((rule) => !bases.has(rule));
}

function parent(base: string | undefined, rules: RuleBook): Rule | undefined {
  return base === undefined ? undefined : rules.profile(base);
}

/** Categories are demanded, and the resource has one of each. */
function demandsMet(identity: Identity | undefined, categories: ReadonlySet<string>): boolean {
  return identity?.categories?.every((slice) => slice.some((code) => categories.has(code))) === true;
}

/** `system|code` of every coding in a list of CodeableConcepts. */
function codesIn(concepts: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  if (!Array.isArray(concepts)) return found;
  for (const concept of concepts as readonly ({ coding?: unknown } | null | undefined)[]) {
    if (!Array.isArray(concept?.coding)) continue;
    for (const coding of concept.coding as readonly ({ system?: unknown; code?: unknown } | null)[])
      found.add(`${String(coding?.system)}|${String(coding?.code)}`);
  }
  return found;
}
