import type { Validator } from '../../domain/validation/validator.ts';
import type { ReferenceVerdict } from './reference-verdict.ts';

/** Inputs on which two validators differ for the same reason, as far as messages tell reasons. */
export interface DisagreementClass {
  /** Who refuses: the other one accepts. */
  readonly refusedBy: 'us' | 'the reference';
  /** Message ids of the reference; or our first message, with its rule. */
  readonly reason: string;
  readonly count: number;
  readonly examples: readonly string[];
}

export interface Agreement {
  readonly compared: number;
  readonly agreeing: number;
  readonly classes: readonly DisagreementClass[];
}

const examplesKept = 3;

/** Compares verdicts at error level, one input at a time. */
export function comparing(validator: Validator): {
  add(id: string, text: string, reference: ReferenceVerdict): void;
  agreement(): Agreement;
} {
  const classes = new Map<
    string,
    { refusedBy: DisagreementClass['refusedBy']; reason: string; count: number; examples: string[] }
  >();
  let compared = 0;
  let agreeing = 0;
  return {
    add(id, text, reference) {
      compared += 1;
      const ours = validator.judgeText(text);
      if (ours.valid === reference.valid) {
        agreeing += 1;
        return;
      }
      const first = ours.issues.find(({ severity }) => severity === 'error' || severity === 'fatal');
      const refusedBy = reference.valid ? 'us' : 'the reference';
      const reason = reference.valid
        ? [first?.constraint, first?.diagnostics].filter((part) => part !== undefined).join(': ')
        : (reference.errors[0] ?? '');
      const key = `${refusedBy} ${reason}`;
      const known = classes.get(key) ?? { refusedBy, reason, count: 0, examples: [] };
      classes.set(key, known);
      known.count += 1;
      if (known.examples.length < examplesKept) known.examples.push(id);
    },
    agreement: () => ({ compared, agreeing, classes: [...classes.values()].toSorted((a, b) => b.count - a.count) }),
  };
}

/** An agreement in words: the share, then a line for each class of disagreement. */
export function agreementText(title: string, { compared, agreeing, classes }: Agreement): string {
  const share = compared === 0 ? 100 : (100 * agreeing) / compared;
  const lines = classes.map(
    ({ refusedBy, reason, count, examples }) =>
      `  ${count}x refused by ${refusedBy} only: ${reason} (${examples[0] ?? ''})`,
  );
  return [`${title}: ${agreeing} of ${compared} verdicts agree (${share.toFixed(2)} %)`, ...lines].join('\n');
}
