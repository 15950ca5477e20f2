import type { ValidationIssue } from '../../../schemas/validation.ts';
import type { Rule, RuleBook } from '../runtime/environment.ts';

type Resource = Readonly<Record<string, unknown>>;

/** What stands in `meta.profile`. */
function claimsOf(resource: Resource): readonly unknown[] {
  const claims = (resource['meta'] as { profile?: unknown } | null | undefined)?.profile;
  return Array.isArray(claims) ? claims : none;
}

/** The rules of the profiles that a resource claims and that are at hand, each once, in the order of the claims. */
export function claimedProfiles(resource: Resource, rules: RuleBook): readonly Rule[] {
  const claims = claimsOf(resource);
  const first = claims.length === 1 ? claims[0] : undefined;
  if (typeof first === 'string') return rules.profile(first)?.alone ?? none;
  if (claims.length === 0) return none;
  const found = claims.flatMap((url) => (typeof url === 'string' ? (rules.profile(url) ?? []) : []));
  return [...new Set(found)];
}

const none: readonly never[] = [];

/** True where a resource claims a profile that is not at hand, and that counts as an error. */
export function claimsFail(resource: Resource, rules: RuleBook): boolean {
  if (rules.strict !== true) return false;
  return claimsOf(resource).some((url) => typeof url === 'string' && rules.profile(url) === undefined);
}

/** What is to be said about claims: profiles that are not at hand are not checked. `path` is the FHIRPath of the resource. */
export function claimIssues(resource: Resource, rules: RuleBook, path: string): readonly ValidationIssue[] {
  return claimsOf(resource).flatMap((url, index) => {
    if (typeof url !== 'string' || rules.profile(url) !== undefined) return [];
    return [
      {
        severity: rules.strict === true ? ('error' as const) : ('warning' as const),
        code: 'not-supported',
        diagnostics: 'Not checked: the claimed profile (or this version of it) is not at hand.',
        expression: [`${path}.meta.profile[${index}]`],
      },
    ];
  });
}
