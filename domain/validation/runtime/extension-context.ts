import type { Rule } from './environment.ts';

/** Answers by rule, site and type: there are few. */
const answers = new Map<Rule, Map<string, Map<string, boolean>>>();

/**
 * True where an extension may stand at this place. `site` is the path of the element (`Patient.contact`, `HumanName.family`), `type`
 * its data type. Contexts in FHIRPath are not judged: they allow.
 */
export function mayStandAt(rule: Rule, site: string, type: string): boolean {
  const { context } = rule;
  if (context === undefined || context.length === 0) return true;
  const before = answers.get(rule)?.get(site)?.get(type);
  if (before !== undefined) return before;
  const places = placesOf(site, type);
  const allowed = context.some(
    ({ type: kind, expression }) => kind !== 'element' || places.has(expression.replaceAll('[x]', '')),
  );
  const ofRule = answers.get(rule) ?? new Map<string, Map<string, boolean>>();
  const ofSite = ofRule.get(site) ?? new Map<string, boolean>();
  answers.set(rule, ofRule.set(site, ofSite.set(type, allowed)));
  return allowed;
}

/** Every name by which a context may mean this place. */
function placesOf(site: string, type: string): ReadonlySet<string> {
  const resource = !site.includes('.') && site === type;
  return new Set([
    site.replaceAll('[x]', ''),
    type,
    ...(resource ? ['Resource', 'DomainResource'] : ['Element']),
    'Element',
    '*',
    ...(type === 'BackboneElement' ? ['BackboneElement'] : []),
  ]);
}
