import type { CountedIssue, TypeSummary, ValidationSummary } from '../domain/report/validation-summary.ts';
import { indented, textTable } from './text-table.ts';

/** So many reasons of one type are told; the others are in --ndjson. */
const mostReasons = 5;

/** The summary of a validation for people. */
export function validationText(summary: ValidationSummary): string {
  const { files, resources, valid, invalid, warnings, byType, notChecked } = summary;
  const head = `${resources} ${resources === 1 ? 'resource' : 'resources'} in ${files} ${files === 1 ? 'file' : 'files'}: ${valid} valid, ${invalid} invalid, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  const table = textTable([
    ['type', 'resources', 'valid', 'invalid'],
    ...byType.map((type) => [nameOf(type), type.resources, type.valid, type.invalid]),
  ]);
  const reasons = byType.filter(({ invalid: count }) => count > 0).map(reasonsOf);
  const parts = [head, table];
  if (reasons.length > 0) parts.push(`First reasons\n${indented(reasons.join('\n'))}`);
  if (notChecked.length > 0) parts.push(`Not checked\n${indented(notChecked.map(lineOf).join('\n'))}`);
  return parts.join('\n\n');
}

function nameOf({ resourceType }: TypeSummary): string {
  return resourceType ?? '(no resource)';
}

function reasonsOf(type: TypeSummary): string {
  const told = type.reasons.slice(0, mostReasons).map(lineOf);
  const more = type.reasons.length - told.length;
  if (more > 0) told.push(`and ${more} other reasons: see --ndjson`);
  return [nameOf(type), indented(told.join('\n'))].join('\n');
}

function lineOf({ count, message, constraint, first: { file, line, expression } }: CountedIssue): string {
  const rule = constraint === null ? '' : ` [${constraint}]`;
  const place = [line === null ? file : `${file}:${line}`, expression].filter((part) => part !== null).join(', ');
  return `${count}x ${message}${rule} (first: ${place})`;
}
