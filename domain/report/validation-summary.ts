import type { ResourceVerdict, VerdictIssue } from '../../schemas/resource-verdict.ts';

/** A reason why resources are invalid, or a remark about them, and how often it came. */
export interface CountedIssue {
  readonly severity: VerdictIssue['severity'];
  readonly message: string;
  readonly constraint: string | null;
  readonly count: number;
  /** Where it came first. */
  readonly first: { readonly file: string; readonly line: number | null; readonly expression: string | null };
}

export interface TypeSummary {
  /** Null for what is no resource at all. */
  readonly resourceType: string | null;
  readonly resources: number;
  readonly valid: number;
  readonly invalid: number;
  /** Invalid ones by their first reason, the most frequent first. */
  readonly reasons: readonly CountedIssue[];
}

/** What came out of a whole run: the document of `carryover validate --json`. */
export interface ValidationSummary {
  readonly files: number;
  readonly resources: number;
  readonly valid: number;
  readonly invalid: number;
  readonly warnings: number;
  readonly byType: readonly TypeSummary[];
  /** What could not be checked here, once each: neither an error nor passed over in silence. */
  readonly notChecked: readonly CountedIssue[];
}

/** Adds verdicts up, one at a time; only counts and first places are kept, however many there are. */
export function summarizing(): { add(verdict: ResourceVerdict): void; summary(): ValidationSummary } {
  const types = new Map<string | null, { valid: number; invalid: number; reasons: Tally }>();
  const notChecked = tally();
  const files = { count: 0, last: '' };
  let warnings = 0;
  return {
    add(verdict) {
      const { file, resourceType, valid, issues } = verdict;
      if (file !== files.last) Object.assign(files, { count: files.count + 1, last: file });
      const type = types.get(resourceType) ?? { valid: 0, invalid: 0, reasons: tally() };
      types.set(resourceType, type);
      type[valid ? 'valid' : 'invalid'] += 1;
      const reason = issues.find(isError);
      if (reason !== undefined) type.reasons.add(verdict, reason);
      // The entries of a Bundle tell their own.
      if (resourceType === 'Bundle' && verdict.entry === undefined && issues.every(isOfEntry)) return;
      warnings += issues.filter(({ severity }) => severity === 'warning').length;
      for (const issue of issues) if (issue.severity === 'information') notChecked.add(verdict, issue);
    },
    summary() {
      const byType = [...types]
        .map(([resourceType, { valid, invalid, reasons }]) => ({
          resourceType,
          resources: valid + invalid,
          valid,
          invalid,
          reasons: reasons.counted(),
        }))
        .toSorted((a, b) => ((a.resourceType ?? '~') < (b.resourceType ?? '~') ? -1 : 1));
      const sum = (key: 'resources' | 'valid' | 'invalid') => byType.reduce((total, type) => total + type[key], 0);
      return {
        files: files.count,
        resources: sum('resources'),
        valid: sum('valid'),
        invalid: sum('invalid'),
        warnings,
        byType,
        notChecked: notChecked.counted(),
      };
    },
  };
}

/** True where something was judged to be invalid. */
function isError({ severity }: Pick<VerdictIssue, 'severity'>): boolean {
  return severity === 'error' || severity === 'fatal';
}

function isOfEntry({ expression }: VerdictIssue): boolean {
  return expression?.startsWith('Bundle.entry[') === true;
}

type Tally = ReturnType<typeof tally>;

function tally() {
  const counts = new Map<string, CountedIssue & { count: number }>();
  return {
    add({ file, line }: ResourceVerdict, { severity, message, constraint, expression }: VerdictIssue) {
      const plain = withoutPlace(message);
      const key = `${plain}\n${constraint ?? ''}`;
      const known = counts.get(key);
      if (known === undefined)
        counts.set(key, { severity, message: plain, constraint, count: 1, first: { file, line, expression } });
      else known.count += 1;
    },
    counted: (): readonly CountedIssue[] => [...counts.values()].toSorted((a, b) => b.count - a.count),
  };
}

/** Issues that differ only in their place in a text count as the same. */
function withoutPlace(message: string): string {
  return message.replace(/ \((?:line \d+, column|column|character) [^()]*\)\.$/, '.');
}
