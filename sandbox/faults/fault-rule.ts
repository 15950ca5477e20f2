/** Every fault that the sandbox can make. What each does is told in README.md, "Faults". */
export const FAULT_KINDS = [
  'status',
  'slow',
  'hold',
  'reset-before-reading',
  'reset-before-storing',
  'reset-after-storing',
  'truncated-body',
  'html-page',
  'oauth-error',
  'redirect',
  'expire-token',
  'refuse-entry',
  'throttle-entry',
  'wrong-count',
  'reordered-entries',
  'next-link-to-itself',
  'next-link-elsewhere',
  'next-link-to-first',
  'repeated-page',
  'empty-page',
  'another-resource',
  'half-json',
  'gzip',
  'broken-gzip',
  'slow-body',
  'spoilt-redirect',
] as const;

/** How the redirect back to the application can be spoilt. */
const SPOILS = ['error', 'no-code', 'no-state', 'other-state', 'other-client'] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultRule {
  readonly kind: FaultKind;
  /** `METHOD /path`, `*` stands for any text: `POST /r4`, `GET /r4/*`, `POST /oauth2/token`, `SMTP DATA`. */
  readonly route?: string;
  readonly previousMemberId?: string;
  /** 1-based ordinals among the requests that fit route and member; all of them where absent. */
  readonly ordinals?: readonly number[];
  /** Fires at most so many times. */
  readonly times?: number;
  /** kinds status, html-page and oauth-error: the HTTP status. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly retryAfterForm?: 'seconds' | 'http-date';
  /** kinds slow and slow-body. */
  readonly delayMs?: number;
  /** kind spoilt-redirect. */
  readonly spoil?: (typeof SPOILS)[number];
  /**
   * kind spoilt-redirect with spoil `error`: RFC 6749 4.1.2.1, `server_error` where absent; kind oauth-error: RFC 6749 5.2,
   * `invalid_grant` where absent.
   */
  readonly error?: string;
  /** kinds status, slow, html-page and oauth-error: whether the request's work is done first. */
  readonly when?: 'before-storing' | 'after-storing';
  /** kinds refuse-entry and throttle-entry: 0-based positions in the bundle; the first where absent. */
  readonly positions?: readonly number[];
  /** kind wrong-count: how many answers too many (positive) or too few (negative); -1 where absent. */
  readonly difference?: number;
  /** kinds redirect and next-link-elsewhere: another URL; the authorization origin where absent. */
  readonly location?: string;
}

const FIELDS: Readonly<Record<keyof FaultRule, (value: unknown) => boolean>> = {
  kind: (value) => FAULT_KINDS.includes(value as FaultKind),
  route: (value) => typeof value === 'string',
  previousMemberId: (value) => typeof value === 'string',
  ordinals: isListOf(1),
  times: (value) => Number.isSafeInteger(value),
  status: (value) => Number.isSafeInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  retryAfterSeconds: (value) => Number.isSafeInteger(value),
  retryAfterForm: (value) => value === 'seconds' || value === 'http-date',
  error: (value) => typeof value === 'string',
  delayMs: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  when: (value) => value === 'before-storing' || value === 'after-storing',
  positions: isListOf(0),
  difference: (value) => Number.isSafeInteger(value),
  location: (value) => typeof value === 'string',
  spoil: (value) => (SPOILS as readonly unknown[]).includes(value),
};

/** Reads one rule. Throws TypeError that names the field which is unknown or has a wrong value. */
export function readFaultRule(value: unknown): FaultRule {
  if (typeof value !== 'object' || value === null) throw new TypeError('a fault rule is a JSON object');
  const rule = value as Readonly<Record<string, unknown>>;
  for (const [field, fieldValue] of Object.entries({ kind: undefined, ...rule })) {
    const fits = Object.hasOwn(FIELDS, field) ? FIELDS[field as keyof FaultRule] : undefined;
    if (fits === undefined) throw new TypeError(`unknown field "${field}" in a fault rule`);
    if (!fits(fieldValue)) throw new TypeError(`wrong value of "${field}" in a fault rule`);
  }
  return value as FaultRule;
}

function isListOf(least: number): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && Number(item) >= least);
}
