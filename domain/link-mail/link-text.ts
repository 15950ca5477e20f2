import { Temporal as DateTime } from 'temporal-polyfill';

/** What a link mail may say; each stands in the text as `{{name}}`. Nothing about the member is among them. */
export const linkTextPlaceholders = ['company', 'counterpart', 'link', 'until', 'contact'] as const;

export type LinkTextValues = Readonly<Record<(typeof linkTextPlaceholders)[number], string>>;

/** Characters; a mail that people read. */
const longest = 20_000;
const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

const body = `{{company}} asks for your permission to get your health records from your previous health plan, {{counterpart}}.

If you agree, open this link, sign in there, and say yes:

{{link}}

The link is for you alone; please do not pass it on. It works once, until {{until}}. If we sent you several links, only the newest works.

If you do nothing, nothing is shared. If you have questions, or did not expect this mail: {{contact}}

{{company}}
`;

/** What is mailed where the profile names no file. */
export const defaultLinkText = body;
export const defaultReminderText = `We have had no answer from you yet. If you have answered meanwhile, nothing more is needed.\n\n${body}`;

/** What is wrong with a text of somebody's own, as the end of a sentence about its file; undefined where it is fine. */
export function linkTextProblem(text: string): string | undefined {
  if (text.length > longest) return `is longer than ${longest} characters`;
  if (/[^\P{Cc}\n\t]/u.test(text)) return 'holds a control character';
  const names = [...text.matchAll(placeholder)].map(([, name = '']) => name);
  if (names.some((name) => !(linkTextPlaceholders as readonly string[]).includes(name)))
    return `holds a placeholder that there is not; there are ${linkTextPlaceholders.map((name) => `{{${name}}}`).join(', ')}`;
  return names.includes('link') ? undefined : 'does not hold {{link}}';
}

/** The text with its placeholders filled in. What was filled in is not looked at again. */
export function fillLinkText(text: string, values: LinkTextValues): string {
  return text.replaceAll(placeholder, (_, name: keyof LinkTextValues) => values[name]);
}

/** A moment as every language reads it: `2026-03-02 18:30 (America/New_York)`. */
export function untilText(atMs: number, timeZone: string): string {
  const there = DateTime.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
  const time = there.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${there.toPlainDate().toString()} ${time} (${timeZone})`;
}
