import type { FhirResource } from '../../schemas/fhir.ts';
import type { Judgement, ValidationIssue } from '../../schemas/validation.ts';
import { chooseProfiles } from './profiles/choose-profiles.ts';
import { claimedProfiles, claimIssues, claimsFail } from './profiles/claimed-profiles.ts';
import { isVitalSign, vitalSignsUrl } from './profiles/vital-signs.ts';
import { Environment, type Rule, type RuleBook } from './runtime/environment.ts';
import { judgedText } from './text/judged-text.ts';
import { tooDeep } from './too-deep.ts';

/** Judges FHIR R4 resources by the rules of base R4 and of the profiles that apply. Pure; the same input gives the same judgement. */
export interface Validator {
  /** The verdict alone: no error-level issue. The fast path. */
  isValid(resource: FhirResource): boolean;
  /** Everything: fast path first, details for failures; `notes: true` also lists warnings and "not checked" information of valid resources. */
  judge(resource: FhirResource, options?: { readonly notes?: boolean }): Judgement;
  /** Text in: text rules, parse, all rules. A text that is not JSON is a judgement too. */
  judgeText(text: string, options?: { readonly notes?: boolean }): Judgement;
}

export interface ValidatorOptions {
  /** Which profiles apply: those that a resource claims, or, where it claims none that is at hand, the US Core ones for its type. */
  readonly profiles: 'claimed' | 'claimed-or-us-core';
  /** Observations with the code of a vital sign are judged by the base vital signs profile, too. */
  readonly impliedVitalSigns: boolean;
  /**
   * What HAPI takes for an error, and we only warn of, is an error: claimed profiles that are not at hand; in search sets, full URLs of
   * another form, and links of a narrative to another entry. Default: false.
   */
  readonly strict?: boolean;
  /** Canonical URL of a profile to judge against instead of those that are claimed. */
  readonly profile?: string;
}

type Resource = Readonly<Record<string, unknown>>;

/**
 * Makes a validator from the rules of a version.
 * @throws {RangeError} where `profile` is not among them
 */
export function createValidator(rules: RuleBook, options: ValidatorOptions): Validator {
  const wanted = options.profile === undefined ? undefined : rules.profile(options.profile);
  if (options.profile !== undefined && wanted === undefined)
    throw new RangeError('The profile to judge against is not among the rules that are loaded.');
  const { strict = false } = options;
  const book: RuleBook = { ...rules, strict, applicable: (resource) => applicable(resource, rules, options) };
  const rulesOf = (resource: Resource) => (wanted === undefined ? book.applicable(resource) : [wanted]);

  const conforms = (resource: Resource, applied: readonly Rule[]): boolean => {
    if (applied.length === 0) return false;
    const environment = new Environment(book, resource);
    try {
      for (const rule of applied) if (!rule.verdict(resource, environment, rule.type)) return false;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
    return !claimsFail(resource, book);
  };

  const rulesFor = (resource: Resource) => (isObject(resource) ? rulesOf(resource) : []);

  const judge = (resource: Resource, { notes = false } = {}): Judgement => {
    const applied = rulesFor(resource);
    const valid = conforms(resource, applied);
    const profiles = applied.map(({ canonical }) => canonical);
    if (valid && !notes) return { valid, profiles, issues: [] };
    return { valid, profiles, issues: issuesOf(resource, book, applied) };
  };

  return {
    isValid: (resource) => conforms(resource, rulesFor(resource)),
    judge,
    judgeText: (text, asked) => judgedText(text, (value) => judge(value as Resource, asked)),
  };
}

function issuesOf(resource: Resource, book: RuleBook, applied: readonly Rule[]): readonly ValidationIssue[] {
  if (applied.length === 0) return [unknownType];
  const environment = new Environment(book, resource);
  const path = String(resource['resourceType']);
  try {
    for (const rule of applied) rule.details(resource, environment, rule.type, path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [tooDeep];
  }
  return distinct([...claimIssues(resource, book, path), ...environment.issues]);
}

const unknownType: ValidationIssue = {
  severity: 'error',
  code: 'structure',
  diagnostics: 'This is not a resource: the resourceType is missing or not one of FHIR R4.',
  expression: [],
};

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function applicable(resource: Resource, rules: RuleBook, options: ValidatorOptions): readonly Rule[] {
  const { resourceType } = resource;
  const base = typeof resourceType === 'string' ? rules.resource(resourceType) : undefined;
  if (base === undefined) return [];
  const claimed = claimedProfiles(resource, rules);
  const chosen =
    claimed.length === 0 && options.profiles === 'claimed-or-us-core' ? chooseProfiles(resource, rules) : claimed;
  const all =
    options.impliedVitalSigns && resourceType === 'Observation' ? withVitalSigns(resource, chosen, rules) : chosen;
  return all.length === 0 ? base.alone : all;
}

function withVitalSigns(resource: Resource, chosen: readonly Rule[], rules: RuleBook): readonly Rule[] {
  const implied = isVitalSign(resource) ? rules.profile(vitalSignsUrl) : undefined;
  return implied === undefined || chosen.includes(implied) ? chosen : [...chosen, implied];
}

/** Two profiles of one resource find the same fault of the base twice: once is enough. */
function distinct(issues: readonly ValidationIssue[]): readonly ValidationIssue[] {
  const seen = new Set<string>();
  return issues.filter(({ severity, code, diagnostics, expression }) => {
    const key = [severity, code, diagnostics, ...(expression ?? [])].join('\n');
    return seen.has(key) ? false : seen.add(key);
  });
}
