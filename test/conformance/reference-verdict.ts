import type { ReferenceTerminology } from './reference-terminology.ts';
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
 * The verdict at error level. An error about a code counts only where the terminology for it was at hand: where another issue at the same
 * place says that a code system or value set is unknown, the code was not judged at all. That a system is none of those that the value
 * set names can be said without their content, though.
 */
export function referenceVerdict({ issues }: ReferenceAnswer, terminology: ReferenceTerminology): ReferenceVerdict {
  const places = new Set(issues.filter(({ message }) => notAtHand.test(message)).map(({ location }) => location));
  const notJudged = (issue: ReferenceIssue) =>
    isAboutCodes(issue) &&
    (places.has(issue.location) || terminology.isIncomplete(valueSetOf(issue))) &&
    !isOfOtherSystems(issue, terminology);
  const counting = issues.filter((issue) => isError(issue) && !notJudged(issue));
  return { valid: counting.length === 0, errors: [...new Set(counting.map(nameOf))] };
}

/** The value set that an issue is about, from its text: `'Title' (url|version)`. */
function valueSetOf({ message }: ReferenceIssue): string {
  return /\((http[^|()]+)\|/.exec(message)?.[1] ?? '';
}

/** True where all codings that an issue names, as `system#code`, are of other systems than the value set takes. */
function isOfOtherSystems(issue: ReferenceIssue, terminology: ReferenceTerminology): boolean {
  const named =
    /\(codes = (.*)\)$/.exec(issue.message)?.[1] ?? /Coding provided \((.*?)\) was/.exec(issue.message)?.[1];
  const systems = (named ?? '').split(', ').map((coding) => coding.slice(0, Math.max(0, coding.lastIndexOf('#'))));
  return systems.every((system) => system !== '' && terminology.isOfOtherSystems(valueSetOf(issue), system));
}

function isError({ severity }: ReferenceIssue): boolean {
  return severity === 'error' || severity === 'fatal';
}

function isAboutCodes({ messageId = '', message }: ReferenceIssue): boolean {
  // The form of a system needs no terminology, and languages the reference judges by a list of its own.
  if (messageId === 'Terminology_TX_System_Relative' || message.endsWith(`: ${languages}`)) return false;
  return messageId.startsWith('Terminology');
}

const languages = 'http://hl7.org/fhir/ValueSet/languages';

/** The id of the message, or what kind of message it is; never its text, which may hold values. */
function nameOf({ messageId, message }: ReferenceIssue): string {
  if (messageId === undefined) return message.startsWith('Error parsing') ? 'parse' : 'json';
  const key = /([\w-]+)$/.exec(messageId)?.[1] ?? messageId;
  return messageId.startsWith('http') ? key : messageId;
}
