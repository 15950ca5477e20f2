import type { Judgement, ValidationIssue } from '../../../schemas/validation.ts';
import { tooDeep } from '../too-deep.ts';
import { countProperties } from './count-properties.ts';
import { scanText } from './scan-text.ts';
import { syntaxIssue } from './syntax-issue.ts';
import { textIssues } from './text-issues.ts';

/** Levels of objects and lists that a resource may have; no real one has a tenth of them. */
const deepest = 500;

const byteOrderMark = 0xfe_ff;

/**
 * Judges a text: what JSON.parse passes over (properties written twice, integers written as decimals, odd characters), then
 * what it says. A text that is not JSON, and one that is nested too deeply for anything recursive, is a judgement too.
 */
export function judgedText(text: string, judge: (value: unknown) => Judgement): Judgement {
  const json = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json) as unknown;
  } catch {
    return refused(syntaxIssue(json));
  }
  const properties = countProperties(value, deepest);
  if (Number.isNaN(properties)) return refused(tooDeep);
  const scan = scanText(json);
  const judgement = judge(value);
  const isPlain = scan.properties === properties && !scan.isSuspect;
  return isPlain ? judgement : together(textIssues(json), judgement);
}

function together(found: readonly ValidationIssue[], { valid, profiles, issues }: Judgement): Judgement {
  return {
    valid: valid && !found.some(({ severity }) => severity === 'error'),
    profiles,
    issues: [...found, ...issues],
  };
}

function refused(issue: ValidationIssue): Judgement {
  return { valid: false, profiles: [], issues: [issue] };
}
