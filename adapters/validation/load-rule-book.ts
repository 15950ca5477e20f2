import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Details, Rule, RuleBook, Verdict } from '../../domain/validation/runtime/environment.ts';

interface IndexEntry extends Omit<Rule, 'verdict' | 'details' | 'alone' | 'canonical'> {
  readonly kind: 'type' | 'resource' | 'profile' | 'extension';
  readonly module: string;
  readonly name: string;
}

// Generated modules are loaded when they are first needed, in the middle of a judgement: import() could not wait there.
const require = createRequire(import.meta.url);

/**
 * The rules of the packages whose generated code lies in these folders of `root`; of two definitions with one URL the first counts.
 * Throws where an index cannot be read: the caller knows what that means.
 */
export function loadRuleBook(root: string, folders: readonly string[]): RuleBook & { readonly rules: readonly Rule[] } {
  const byKind = { type: new Map(), resource: new Map(), profile: new Map(), extension: new Map() } as Record<
    IndexEntry['kind'],
    Map<string, Rule>
  >;
  for (const folder of folders) {
    const index = JSON.parse(readFileSync(join(root, folder, 'index.json'), 'utf8')) as readonly IndexEntry[];
    for (const entry of index) {
      const { kind, url, type } = entry;
      const key = kind === 'resource' ? type : url;
      if (!byKind[kind].has(key)) byKind[kind].set(key, ruleOf(root, entry));
    }
  }
  const guides = Map.groupBy(
    [...byKind.profile.values()].filter(({ url }) => !url.startsWith(baseProfiles)),
    ({ type }) => type,
  );
  const anyExtension = byKind.type.get('http://hl7.org/fhir/StructureDefinition/Extension');
  if (anyExtension === undefined) throw new TypeError('The index of base R4 has no data type Extension');
  return {
    rules: [...byKind.resource.values(), ...byKind.profile.values()],
    anyExtension,
    resource: (type) => byKind.resource.get(type),
    profile: (url) => byKind.profile.get(url) ?? versioned(byKind.profile, url) ?? baseType(byKind, url),
    extension: (url) => byKind.extension.get(url),
    codes: codeSystems(root, folders),
    guideProfiles: (type) => guides.get(type) ?? [],
    applicable: (resource) => byKind.resource.get(String(resource['resourceType']))?.alone ?? [],
  };
}

/** How many code systems are remembered as known or not. */
const mostRemembered = 10_000;

/** Code systems are read when a coding first needs one, and each is made a set when it is first asked for. */
function codeSystems(root: string, folders: readonly string[]): RuleBook['codes'] {
  let lists: Map<string, readonly string[]> | undefined;
  const sets = new Map<string, ReadonlySet<string> | undefined>();
  return (system) => {
    const known = sets.get(system);
    if (known !== undefined || sets.has(system)) return known;
    lists ??= new Map(
      folders.toReversed().flatMap((folder) => {
        const text = readFileSync(join(root, folder, 'code-systems.json'), 'utf8');
        return Object.entries(JSON.parse(text) as Readonly<Record<string, readonly string[]>>);
      }),
    );
    const codes = lists.get(system);
    const set = codes === undefined ? undefined : new Set(codes);
    // Systems that nobody knows come from the records: remember the first of them only.
    if (set !== undefined || sets.size < mostRemembered) sets.set(system, set);
    return set;
  };
}

const baseProfiles = 'http://hl7.org/fhir/StructureDefinition/';

/** A canonical with a version: the profile of that version, or none. */
function versioned(profiles: ReadonlyMap<string, Rule>, canonical: string): Rule | undefined {
  const [url = '', version] = canonical.split('|');
  const rule = version === undefined ? undefined : profiles.get(url);
  return rule?.version === version ? rule : undefined;
}

/** The definition of a resource type is a profile of it, too. */
function baseType({ resource, type }: Record<string, ReadonlyMap<string, Rule>>, url: string): Rule | undefined {
  return url.startsWith(baseProfiles) ? (resource?.get(url.slice(baseProfiles.length)) ?? type?.get(url)) : undefined;
}

function ruleOf(root: string, entry: IndexEntry): Rule {
  const { module, name, kind: _kind, ...about } = entry;
  const load = (mode: string) =>
    (require(join(root, `${module}.${mode}.mjs`)) as Readonly<Record<string, unknown>>)[name];
  const alone: Rule[] = [];
  const rule: Rule = {
    ...about,
    canonical: about.version === undefined ? about.url : `${about.url}|${about.version}`,
    alone,
    verdict(value, environment, site) {
      const loaded = load('verdict') as Verdict;
      (this as { verdict: Verdict }).verdict = loaded;
      return loaded(value, environment, site);
    },
    details(value, environment, site, path) {
      const loaded = load('details') as Details;
      (this as { details: Details }).details = loaded;
      loaded(value, environment, site, path);
    },
  };
  alone.push(rule);
  return rule;
}
