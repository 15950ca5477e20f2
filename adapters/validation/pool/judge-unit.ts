import { judgedText } from '../../../domain/validation/text/judged-text.ts';
import type { Validator } from '../../../domain/validation/validator.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import type { ResourceVerdict, VerdictIssue } from '../../../schemas/resource-verdict.ts';
import type { Judgement, ValidationIssue } from '../../../schemas/validation.ts';
import type { Unit, UnreadableWhy } from '../input/read-units.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The verdicts on one text: on what it is, and where that is a Bundle, on each of its entries. */
export function judgeUnit(
  validator: Validator,
  unit: Unit,
  { notes }: { readonly notes: boolean },
): readonly ResourceVerdict[] {
  const { file, line } = unit;
  if (unit.kind === 'unreadable') return [verdictOf({ file, line }, undefined, unreadable(unit.why))];
  const text = decoded(unit.bytes);
  if (text === undefined) return [verdictOf({ file, line }, undefined, notUtf8)];
  // What the text says is kept from its one parsing; of one that cannot be judged at all it stays unknown.
  let value: unknown;
  const judgement = judgedText(text, (said) => {
    value = said;
    return validator.judge(said as FhirResource, { notes });
  });
  const whole = verdictOf({ file, line }, value, judgement);
  if (judgement.issues.some(({ code }) => code === 'too-costly')) return [whole];
  const issuesOf = byEntry(judgement.issues);
  return [
    whole,
    ...entriesOf(value).map((resource, entry) =>
      entryVerdict(validator, { file, line, entry }, resource, issuesOf.get(entry) ?? []),
    ),
  ];
}

/** An entry is judged as a part of its Bundle, where its references may lead; the issues in it are its own, too. */
function entryVerdict(
  validator: Validator,
  place: Pick<ResourceVerdict, 'file' | 'line' | 'entry'>,
  resource: unknown,
  issues: readonly ValidationIssue[],
): ResourceVerdict {
  const { profiles } = validator.judge(resource as FhirResource);
  return verdictOf(place, resource, { valid: !issues.some(isError), profiles, issues });
}

/** The issues inside of the resources of a Bundle, by the place of their entry. */
function byEntry(issues: readonly ValidationIssue[]): ReadonlyMap<number, readonly ValidationIssue[]> {
  const found = new Map<number, ValidationIssue[]>();
  for (const issue of issues) {
    const entry = /^Bundle\.entry\[(\d+)\]\.resource(?![^.])/.exec(issue.expression?.[0] ?? '')?.[1];
    if (entry === undefined) continue;
    const known = found.get(Number(entry));
    if (known === undefined) found.set(Number(entry), [issue]);
    else known.push(issue);
  }
  return found;
}

function verdictOf(
  place: Pick<ResourceVerdict, 'file' | 'line' | 'entry'>,
  value: unknown,
  { valid, profiles, issues }: Judgement,
): ResourceVerdict {
  const { resourceType, id } = (value ?? {}) as { readonly resourceType?: unknown; readonly id?: unknown };
  return {
    ...place,
    resourceType: nameOr(resourceType, /^[A-Z][A-Za-z]{1,63}$/),
    id: nameOr(id, /^[A-Za-z0-9.-]{1,64}$/),
    profiles,
    valid,
    issues: issues.map(flat),
  };
}

/** Only what has the form of a name is repeated: anything else could be data. */
function nameOr(value: unknown, form: RegExp): string | null {
  return typeof value === 'string' && form.test(value) ? value : null;
}

function flat({ severity, code, expression, diagnostics = '', constraint, profile }: ValidationIssue): VerdictIssue {
  return {
    severity,
    code,
    expression: expression?.[0] ?? null,
    message: diagnostics,
    constraint: constraint ?? null,
    ...(profile !== undefined && { profile }),
  };
}

function entriesOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const { resourceType, entry } = value as { readonly resourceType?: unknown; readonly entry?: unknown };
  if (resourceType !== 'Bundle' || !Array.isArray(entry)) return [];
  return entry.map((one: unknown) => (one as { readonly resource?: unknown } | null)?.resource);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const isError = ({ severity }: ValidationIssue): boolean => severity === 'error' || severity === 'fatal';

const notUtf8 = fatal('The text is not UTF-8.');

const reasons: Readonly<Record<UnreadableWhy, string>> = {
  missing: 'The file is not there.',
  'not-readable': 'The file cannot be read.',
  'broken-gzip': 'The file is no whole gzip file: it breaks off here.',
  'too-long': 'The text is longer than 256 MiB and was not judged.',
  empty: 'The file is empty.',
};

function unreadable(why: UnreadableWhy): Judgement {
  return fatal(reasons[why]);
}

function fatal(diagnostics: string): Judgement {
  return { valid: false, profiles: [], issues: [{ severity: 'fatal', code: 'invalid', diagnostics, expression: [] }] };
}
