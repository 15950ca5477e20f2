import { claimIssues, claimsFail } from '../profiles/claimed-profiles.ts';
import { containedProblems } from './contained-rules.ts';
import { Environment } from './environment.ts';

type Resource = Readonly<Record<string, unknown>>;

const isResource = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A contained resource, a Bundle's entry or a parameter: by the profiles that it claims, else by its type. */
export function nestedResource(
  value: unknown,
  e: Environment,
  contained: boolean,
  type?: string,
  profiles?: readonly string[],
): boolean {
  if (!isResource(value)) return false;
  if (type !== undefined && value['resourceType'] !== type) return false;
  const rules = e.rules.applicable(value);
  if (rules.length === 0) return false;
  if (contained && containedProblems(value).length > 0) return false;
  const inside = environmentFor(value, e, contained);
  for (const rule of rules) if (!rule.verdict(value, inside, rule.type)) return false;
  if (claimsFail(value, e.rules)) return false;
  return profiles === undefined || inside.matchesAny(profiles, value);
}

/** As nestedResource, reporting. */
export function nestedResourceDetails(
  value: unknown,
  e: Environment,
  contained: boolean,
  type: string | undefined,
  profiles: readonly string[] | undefined,
  path: string,
): void {
  if (!isResource(value)) {
    e.add(path, 'error', 'structure', 'There must be a resource here: an object with a resourceType.');
    return;
  }
  const rules = e.rules.applicable(value);
  if (rules.length === 0) {
    e.add(path, 'error', 'structure', 'The resourceType is not one of FHIR R4.');
    return;
  }
  if (type !== undefined && value['resourceType'] !== type)
    e.add(path, 'error', 'structure', `The resource here must be of the type ${type}.`);
  const inside = environmentFor(value, e, contained);
  if (contained)
    for (const { code, message, constraint } of containedProblems(value))
      e.add(path, 'error', code, message, undefined, constraint);
  e.issues.push(...claimIssues(value, e.rules, path));
  for (const rule of rules) rule.details(value, inside, rule.type, path);
  if (profiles !== undefined && !inside.matchesAny(profiles, value))
    e.add(path, 'error', 'structure', 'The resource conforms to none of the profiles that may stand here.');
}

/** The surroundings of a resource inside of another, for rules that a profile has for it there. */
export function insideOf(value: unknown, e: Environment, contained: boolean): Environment {
  return isResource(value) ? environmentFor(value, e, contained) : e;
}

function environmentFor(value: Resource, e: Environment, contained: boolean): Environment {
  return new Environment(e.rules, value, {
    root: contained ? e.rootResource : value,
    ...e.aroundInside(),
    issues: e.issues,
  });
}
