/** A mail that is ready to go, by SMTP or as a file. Only the text holds PHI. */
export interface ComposedMail {
  /** With angle brackets. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly cc?: string;
  readonly subject: string;
  readonly text: string;
  /** Message-ID of the mail that this one answers. */
  readonly inReplyTo?: string;
  /** Message-IDs of the thread, oldest first (RFC 5322, 3.6.4). */
  readonly references: readonly string[];
}

/** Leaves no line break or other control character, so that a value cannot pose as a further line of a mail. */
export function oneLine(value: string): string {
  return value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** An address with a name, quoted (RFC 5322, 3.4). */
export function named(name: string, address: string): string {
  return `"${oneLine(name).replaceAll(/["\\]/g, '\\$&')}" <${address}>`;
}

/** The domain of an address such as `Jo <jo@plan.example>`: the right-hand side of our Message-IDs. */
export function domainOf(address: string): string {
  return /@([a-z0-9.-]+)>?\s*$/i.exec(address)?.[1] ?? 'localhost';
}
