import type { ValidationIssue } from '../../../schemas/validation.ts';
import { BundleTargets } from './bundle-targets.ts';

type Resource = Readonly<Record<string, unknown>>;

/** Judges a value: true = no error. `site` is the path by which extension contexts know its place. */
export type Verdict = (value: unknown, environment: Environment, site: string) => boolean;
/** As Verdict, reporting every issue to the environment; `path` is the FHIRPath of the value. */
export type Details = (value: unknown, environment: Environment, site: string, path: string) => void;

/** What tells the resources that a profile is meant for: `system|code`. */
export interface Identity {
  /** One of these codes, where the profile names its code. */
  readonly codes?: readonly string[];
  /** One of the codes of each of these lists: categories that the profile demands. */
  readonly categories?: readonly (readonly string[])[];
  /** Categories that the profile names without demanding one. */
  readonly namedCategories?: readonly string[];
}

/** What is known of one definition: where it applies, and its functions, loaded when they are first called. */
export interface Rule {
  readonly url: string;
  readonly version?: string;
  /** The URL with the version. */
  readonly canonical: string;
  readonly type: string;
  readonly base?: string;
  readonly context?: readonly { readonly type: string; readonly expression: string }[];
  readonly modifier?: true;
  readonly identity?: Identity;
  /** A list of this rule alone. */
  readonly alone: readonly Rule[];
  readonly verdict: Verdict;
  readonly details: Details;
}

/** All definitions that validators were made for. */
export interface RuleBook {
  resource(type: string): Rule | undefined;
  profile(url: string): Rule | undefined;
  extension(url: string): Rule | undefined;
  /** Codes of a code system that is known in full. */
  codes(system: string): ReadonlySet<string> | undefined;
  /** The implementation guide's profiles of a resource type. */
  guideProfiles(type: string): readonly Rule[];
  /** As `strict` of ValidatorOptions. */
  readonly strict?: boolean;
  /** The rules that a resource is judged by; none where its type is not of R4. */
  applicable(resource: Resource): readonly Rule[];
  /** The data type Extension: for extensions that nobody here knows. */
  readonly anyExtension: Rule;
}

/** What the rules of one resource may look at beside the value in hand. Generated code calls it `e`. */
export class Environment {
  readonly rules: RuleBook;
  readonly resource: Resource;
  readonly rootResource: Resource;
  /** The nearest Bundle around the resource. */
  readonly bundle: Resource | undefined;
  /** What references may mean in that Bundle. */
  readonly targets: BundleTargets | undefined;
  readonly issues: ValidationIssue[];
  /** Verdicts on a resource against a profile, so that references in circles come to an end. */
  #verdicts: Map<unknown, Map<string, boolean>> | undefined;
  #ids: Set<string> | undefined;
  #ownTargets: BundleTargets | undefined;

  constructor(
    rules: RuleBook,
    resource: Resource,
    around?: { root: Resource; bundle?: Resource; targets?: BundleTargets; issues?: ValidationIssue[] },
  ) {
    this.rules = rules;
    this.resource = resource;
    this.rootResource = around?.root ?? resource;
    this.bundle = around?.bundle;
    this.targets = around?.targets;
    this.issues = around?.issues ?? [];
  }

  /** Reports an issue at a FHIRPath. */
  add(
    path: string,
    severity: ValidationIssue['severity'],
    code: string,
    diagnostics: string,
    profile?: string,
    constraint?: string,
  ): void {
    this.issues.push({
      severity,
      code,
      diagnostics,
      expression: [path],
      ...(profile !== undefined && { profile }),
      ...(constraint !== undefined && { constraint }),
    });
  }

  /** A property name as it may stand in a FHIRPath; what could be data is not repeated. */
  nameOf(key: string): string {
    return /^_?[A-Za-z]\w{0,63}$/.test(key) ? key : '(unnamed)';
  }

  /** True where another element of the resource has this id already. */
  repeatsId(id: unknown): boolean {
    if (typeof id !== 'string') return false;
    this.#ids ??= new Set();
    return this.#ids.has(id) || !this.#ids.add(id);
  }

  /** True where the value conforms to a profile. A profile that is not at hand cannot be failed. */
  matches(url: string, value: unknown, site = ''): boolean {
    const rule = this.rules.profile(url) ?? this.rules.extension(url);
    if (rule === undefined) return true;
    this.#verdicts ??= new Map();
    const known = this.#verdicts.get(value) ?? new Map<string, boolean>();
    this.#verdicts.set(value, known);
    const before = known.get(url);
    if (before !== undefined) return before;
    known.set(url, true);
    const verdict = rule.verdict(value, this.#aside(value), site);
    known.set(url, verdict);
    return verdict;
  }

  /** The environment for a look at a value from elsewhere: a resource is its own, and no id counts twice. */
  #aside(value: unknown): Environment {
    const resource = (value as Resource | null)?.['resourceType'] === undefined ? this.resource : (value as Resource);
    const root = this.contained(String(resource['id'])) === resource ? this.rootResource : resource;
    const aside = new Environment(this.rules, resource, {
      root,
      ...(this.bundle !== undefined && { bundle: this.bundle }),
      ...(this.targets !== undefined && { targets: this.targets }),
    });
    aside.#verdicts = this.#verdicts;
    return aside;
  }

  matchesAny(urls: readonly string[], value: unknown): boolean {
    return urls.some((url) => this.matches(url, value));
  }

  /** The contained resource or Bundle entry that a Reference points at; undefined where it is not at hand. */
  resolve(reference: unknown): Resource | undefined {
    const literal =
      typeof reference === 'string' ? reference : (reference as { reference?: unknown } | null)?.reference;
    if (typeof literal !== 'string') return undefined;
    if (literal.startsWith('#')) return literal === '#' ? this.rootResource : this.contained(literal.slice(1));
    return this.targets?.find(literal);
  }

  /** The Bundle around what is inside of this resource, and the targets in it. */
  aroundInside(): { readonly bundle?: Resource; readonly targets?: BundleTargets } {
    if (this.resource['resourceType'] === 'Bundle') {
      this.#ownTargets ??= new BundleTargets(this.resource);
      return { bundle: this.resource, targets: this.#ownTargets };
    }
    return {
      ...(this.bundle !== undefined && { bundle: this.bundle }),
      ...(this.targets !== undefined && { targets: this.targets }),
    };
  }

  /** The contained resource with this id. */
  contained(id: string): Resource | undefined {
    const all = this.rootResource['contained'] ?? this.resource['contained'];
    return Array.isArray(all) ? (all as readonly Resource[]).find((one) => one?.['id'] === id) : undefined;
  }
}
