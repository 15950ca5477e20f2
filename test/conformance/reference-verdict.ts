import type { ReferenceAnswer, ReferenceIssue } from './reference-validator.ts';

/** What the reference validator says of an input, without what rests on terminology that it does not have here. */
export interface ReferenceVerdict {
  readonly valid: boolean;
  /** Message ids of the errors that count, each once, the first ones first. */
  readonly errors: readonly string[];
}

const notAtHand =
  /CodeSystem is unknown|CodeSystem could not be found|Unable to expand ValueSet|unable to (expand|find)/i;

/**
 * The verdict at error level. `incomplete`: value sets that are built on others that are not at hand; the reference takes those for empty.
 * An error about a code counts only where the terminology for it was at hand: where another issue at the same
 * place says that a code system or value set is unknown, the code was not judged at all.
 */
export function referenceVerdict({ issues }: ReferenceAnswer, incomplete: readonly string[] = []): ReferenceVerdict {
  const places = new Set(issues.filter(({ message }) => notAtHand.test(message)).map(({ location }) => location));
  const notJudged = (issue: ReferenceIssue) =>
    isAboutCodes(issue) && (places.has(issue.location) || incomplete.some((url) => issue.message.includes(`(${url}|`)));
  const counting = issues.filter((issue) => isError(issue) && !notJudged(issue));
  return { valid: counting.length === 0, errors: [...new Set(counting.map(nameOf))] };
}

function isError({ severity }: ReferenceIssue): boolean {
  return severity === 'error' || severity === 'fatal';
}

function isAboutCodes({ messageId = '' }: ReferenceIssue): boolean {
  return messageId.startsWith('Terminology');
}

/** The id of the message, or what kind of message it is; never its text, which may hold values. */
function nameOf({ messageId, message }: ReferenceIssue): string {
  if (messageId === undefined) return message.startsWith('Error parsing') ? 'parse' : 'json';
  const key = /([\w-]+)$/.exec(messageId)?.[1] ?? messageId;
  return messageId.startsWith('http') ? key : messageId;
}
