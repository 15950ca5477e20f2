/** A published invariant that is not what its authors meant, and what the reference validator runs instead. */
export interface ExpressionFix {
  /** The key, where the correction goes by key rather than by expression. */
  readonly key?: string;
  readonly published?: string;
  readonly corrected: string;
  readonly reason: string;
}

/**
 * Corrections of the HL7 reference validator (org.hl7.fhir.core, FHIRPathExpressionFixer) for FHIR R4, which we follow so that both say
 * the same.
 */
export const expressionFixes: readonly ExpressionFix[] = [
  {
    published:
      "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))",
    corrected:
      "reference.exists() implies (reference = '#' or (reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))))",
    reason:
      'ref-1: a reference by identifier or display alone has no reference to judge, and "#" is the resource itself.',
  },
  {
    published: 'telecom or endpoint',
    corrected: 'telecom.exists() or endpoint.exists()',
    reason: 'pd-1: two telecoms are no truth value.',
  },
  {
    key: 'dom-6',
    corrected: '(%rootResource != $this) or text.`div`.exists()',
    reason: 'dom-6: a contained resource needs no narrative.',
  },
  {
    published: "fullUrl.contains('/_history/').not()",
    corrected: "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    reason: 'bdl-8: an entry without fullUrl has none that could be versioned.',
  },
  {
    published: 'probability is decimal implies (probability as decimal) <= 100',
    corrected: '(probability.exists() and (probability is decimal)) implies ((probability as decimal) <= 100)',
    reason: 'ras-2: a prediction without probability has none above 100.',
  },
  {
    published: 'enableWhen.count() > 2 implies enableBehavior.exists()',
    corrected: 'enableWhen.count() >= 2 implies enableBehavior.exists()',
    reason: 'que-12: the text of the rule says "more than one".',
  },
  {
    published: "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')",
    corrected: "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
    reason: 'The name is optional, and matches() finds a part: the pattern was meant for the whole.',
  },
  {
    key: 'eld-19',
    corrected: String.raw`path.matches('^[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*$')`,
    reason: 'matches() finds a part: the pattern was meant for the whole.',
  },
  {
    key: 'eld-20',
    corrected: String.raw`path.matches('^[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x])?)*$')`,
    reason: 'matches() finds a part: the pattern was meant for the whole.',
  },
];

/** Rules that are not run as FHIRPath but are part of the validator's own code, as in the reference validator, and where. */
export const codedElsewhere: Readonly<Record<string, string>> = {
  'ele-1': 'Every element: a value, or a child that is not the id; judged with the structure of the element.',
  'ext-1': 'Every extension: a value or extensions, not both; judged where extensions are dispatched by URL.',
  'dom-2': 'Contained resources are judged by one walk over them: none holds another,',
  'dom-3':
    'each is referred to from the resource or refers to it (never run as FHIRPath by the reference validator either),',
  'dom-4': 'none has meta.versionId or meta.lastUpdated,',
  'dom-5': 'none has meta.security.',
  'txt-1': 'Narrative: the rules for XHTML are judged by a parser of their own.',
  'txt-2': 'Narrative: there is text or an image; the published expression is the same as that of txt-1.',
};

const space = /\s+/g;

/** The expression that is judged: the published one, or its correction. Differences of white space do not matter. */
export function fixExpression(key: string, expression: string): string {
  const plain = expression.trim().replaceAll(space, ' ');
  const fix = expressionFixes.find((one) => (one.key === undefined ? one.published === plain : one.key === key));
  return fix?.corrected ?? expression;
}
