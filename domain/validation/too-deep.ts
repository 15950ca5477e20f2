import type { ValidationIssue } from '../../schemas/validation.ts';

/** The one issue of a resource that is nested too deeply to be judged. */
export const tooDeep: ValidationIssue = {
  severity: 'error',
  code: 'too-costly',
  diagnostics: 'The resource is nested too deeply to be judged.',
  expression: [],
};
