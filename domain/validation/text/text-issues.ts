import type { ValidationIssue } from '../../../schemas/validation.ts';
import { Lines } from './lines.ts';
import { type TextFindingKind, textFindings } from './text-findings.ts';

interface Text {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
}

const texts: Readonly<Record<TextFindingKind, Text>> = {
  'written-twice': { severity: 'error', code: 'invalid', message: 'The property is written twice' },
  'integer-as-decimal': {
    severity: 'error',
    code: 'value',
    message: 'An integer must be written without a point and without an exponent',
  },
  'refused-escape': {
    severity: 'error',
    code: 'invalid',
    message: 'The string holds a backspace or form feed, which FHIR does not allow',
  },
  // The reference validator has nothing against it, and the escape can be sent on as it is written.
  'half-character': {
    severity: 'warning',
    code: 'invalid',
    message: 'The string holds half of a surrogate pair, which is no character',
  },
  'long-number': {
    severity: 'warning',
    code: 'value',
    message: 'The number has more digits than FHIR asks systems to keep',
  },
};

/** The issues of a JSON text that JSON.parse passes over. */
export function textIssues(text: string): readonly ValidationIssue[] {
  const lines = new Lines(text);
  return textFindings(text).map(({ kind, at, path }) => {
    const { severity, code, message } = texts[kind];
    return {
      severity,
      code,
      diagnostics: `${message} (${lines.describe(at)}).`,
      expression: path === '' ? [] : [path],
    };
  });
}
