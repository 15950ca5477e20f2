/** Where in the life of a receive transfer a fault meets it. */
export const receiveSteps = {
  authorize: { place: 'the authorization page', route: 'POST /oauth2/authorize/payer2payer/member', ordinal: 1 },
  exchange: { place: 'the token exchange', route: 'POST /oauth2/token', ordinal: 1 },
  refresh: { place: 'the refresh', route: 'POST /oauth2/token', ordinal: 2 },
  patient: { place: 'the Patient', route: 'GET /r4/Patient', ordinal: 1 },
  firstPage: { place: 'the first page', route: 'GET /r4/Encounter', ordinal: 1 },
  laterPage: { place: 'a later page', route: 'GET /r4/Encounter', ordinal: 2 },
  referenced: { place: 'a referenced resource', route: 'GET /r4/Practitioner/*', ordinal: 1 },
} as const;

export type ReceiveStep = keyof typeof receiveSteps;

/** What must follow from a fault, by docs/design.md and the seed ("Step 1" to "Step 3"). */
export interface ReceiveEnd {
  readonly state: 'stored' | 'failed' | 'refused';
  readonly reason?: string;
  /** Links that the member gets; 1 where left out. */
  readonly links?: 2;
  /** How often the refresh token is used; 0 where left out. */
  readonly refreshes?: 1 | 2;
  /** Reads beyond those of a transfer that nothing meets; 0 where left out. Only for `stored`. */
  readonly moreReads?: number;
  /** Reads in all, where it is not those of a transfer that nothing meets and some more. */
  readonly reads?: number;
  readonly finding?: string;
}

export interface ReceiveFault {
  readonly name: string;
  /** A rule of the sandbox's `PUT /faults`, without route, member and ordinal. */
  readonly fault: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly ends: Readonly<Partial<Record<ReceiveStep, ReceiveEnd>>>;
}

export interface ReceiveCase {
  readonly name: string;
  readonly place: string;
  readonly step: ReceiveStep;
  readonly fault: ReceiveFault['fault'];
  readonly end: ReceiveEnd;
}

/** The request time-out of the table's profile; a slow answer takes longer. */
export const requestTimeoutMs = 8_000;

const late = { delayMs: 1.5 * requestTimeoutMs };
const afterStoring = { when: 'after-storing' };
const throttled = { kind: 'status', status: 429, retryAfterSeconds: 1 };

const stored: ReceiveEnd = { state: 'stored' };
/** A read does no harm: it is made once more. */
const readAgain: ReceiveEnd = { state: 'stored', moreReads: 1 };
/** A code or a refresh token is never used again unless it is proved that nobody saw it: the member gets a new link. */
const newLink: ReceiveEnd = { state: 'stored', links: 2 };
const refreshed: ReceiveEnd = { state: 'stored', refreshes: 1, moreReads: 1 };
const failed = (reason: string): ReceiveEnd => ({ state: 'failed', reason });
const malformed = failed('COUNTERPART_MALFORMED');
const ambiguous: ReceiveEnd = { ...failed('PATIENT_AMBIGUOUS'), finding: 'patients-read-1' };

const atPages = (end: ReceiveEnd) => ({ firstPage: end, laterPage: end });
const atReads = (end: ReceiveEnd) => ({ patient: end, ...atPages(end), referenced: end });
/** At a refresh one read more was made: the one that was refused. */
const atTokens = (end: ReceiveEnd) => ({
  exchange: end,
  refresh: { ...end, refreshes: 1, ...(end.state === 'stored' && { moreReads: 1 }) } as ReceiveEnd,
});

/** Says nothing that can be trusted: a read is made again, a grant is not. */
const saysNothing = { ...atReads(readAgain), ...atTokens(newLink) };
/** What a payer shares "varies for each payer" (seed, Step 3). */
const notGiven: ReceiveEnd = { state: 'stored', finding: 'type-not-given-Encounter', reads: 2 };
const notReadable: ReceiveEnd = { state: 'stored', finding: 'referenced-not-readable' };

const faults: readonly ReceiveFault[] = [
  {
    name: 'a reset before the request is read',
    fault: { kind: 'reset-before-reading' },
    ends: { ...saysNothing, authorize: stored },
  },
  {
    name: 'a reset before the work',
    fault: { kind: 'reset-before-storing' },
    ends: { ...saysNothing, authorize: stored },
  },
  { name: 'a reset after the work', fault: { kind: 'reset-after-storing' }, ends: saysNothing },
  { name: 'half an answer', fault: { kind: 'truncated-body' }, ends: saysNothing },
  { name: 'half a page in a whole answer', fault: { kind: 'half-json' }, ends: saysNothing },
  { name: 'a slow answer', fault: { kind: 'slow', ...late }, ends: saysNothing },
  { name: 'a slow answer after the work', fault: { kind: 'slow', ...late, ...afterStoring }, ends: saysNothing },
  { name: 'a slow body', fault: { kind: 'slow-body', ...late }, ends: saysNothing },
  { name: 'a broken gzip', fault: { kind: 'broken-gzip' }, ends: saysNothing },
  { name: 'a gzip that nobody asked for', fault: { kind: 'gzip' }, ends: { ...atReads(stored), ...atTokens(newLink) } },
  { name: 'an HTML page with 200', fault: { kind: 'html-page', status: 200 }, ends: saysNothing },
  {
    name: 'an HTML page with 502',
    fault: { kind: 'html-page', status: 502 },
    ends: { ...saysNothing, authorize: stored },
  },
  {
    name: 'an OperationOutcome with 200',
    fault: { kind: 'status', status: 200 },
    ends: { ...saysNothing, referenced: { state: 'stored', finding: 'referenced-answered-otherwise' } },
  },
  { name: '500', fault: { kind: 'status', status: 500 }, ends: saysNothing },
  {
    name: '503',
    fault: { kind: 'status', status: 503, retryAfterSeconds: 1 },
    ends: { ...saysNothing, authorize: stored },
  },
  { name: '429 with seconds', fault: { ...throttled, retryAfterForm: 'seconds' }, ends: atThrottle() },
  { name: '429 with a date', fault: { ...throttled, retryAfterForm: 'http-date' }, ends: atThrottle() },
  {
    name: '429 for longer than a code lives',
    fault: { ...throttled, retryAfterSeconds: 3_600 },
    ends: { exchange: newLink },
  },
  { name: '408', fault: { kind: 'status', status: 408 }, ends: atReads(readAgain) },
  { name: '400', fault: { kind: 'status', status: 400 }, ends: { ...atReads(malformed), ...atTokens(newLink) } },
  {
    name: '401',
    fault: { kind: 'status', status: 401 },
    ends: { ...atReads(refreshed), ...atTokens(failed('CLIENT_REJECTED')) },
  },
  {
    name: '403',
    fault: { kind: 'status', status: 403 },
    ends: { ...atReads(failed('ACCESS_FORBIDDEN')), referenced: notReadable, ...atTokens(newLink) },
  },
  {
    name: '404',
    fault: { kind: 'status', status: 404 },
    ends: { ...atReads(malformed), firstPage: notGiven, referenced: notReadable, ...atTokens(newLink) },
  },
  {
    name: '429 for years',
    fault: { ...throttled, retryAfterSeconds: 4_000_000_000 },
    ends: { exchange: newLink },
  },
  { name: '501', fault: { kind: 'status', status: 501 }, ends: { firstPage: notGiven } },
  { name: 'an HTML page with 404', fault: { kind: 'html-page', status: 404 }, ends: atPages(malformed) },
  { name: '410', fault: { kind: 'status', status: 410 }, ends: { referenced: notReadable } },
  {
    name: 'a redirect to another origin',
    fault: { kind: 'redirect' },
    ends: { ...atReads(malformed), ...atTokens(newLink) },
  },
  {
    name: 'a token that ends after this',
    fault: { kind: 'expire-token' },
    ends: { patient: refreshed, ...atPages(refreshed), referenced: refreshed },
  },
  {
    name: 'a next link to the same page',
    fault: { kind: 'next-link-to-itself' },
    ends: { patient: ambiguous, ...atPages(failed('PAGES_ENDLESS')) },
  },
  {
    name: 'a next link to the first page',
    fault: { kind: 'next-link-to-first' },
    ends: { patient: ambiguous, ...atPages(failed('PAGES_ENDLESS')) },
  },
  {
    name: 'a next link to another origin',
    fault: { kind: 'next-link-elsewhere' },
    ends: { patient: ambiguous, ...atPages(failed('ORIGIN_REFUSED')) },
  },
  {
    name: 'a page that comes twice',
    fault: { kind: 'repeated-page' },
    ends: { patient: ambiguous, ...atPages(readAgain) },
  },
  {
    name: 'an empty page with a next link',
    fault: { kind: 'empty-page' },
    ends: { patient: { ...ambiguous, finding: 'patients-read-0' }, ...atPages(readAgain) },
  },
  {
    name: 'a page with less than its total',
    fault: { kind: 'wrong-count', difference: -1 },
    ends: atPages({ state: 'stored', finding: 'fewer-than-total-Encounter' }),
  },
  {
    name: 'another resource',
    fault: { kind: 'another-resource' },
    ends: { referenced: { state: 'stored', finding: 'referenced-answered-otherwise' } },
  },
  ...spoiltRedirects(),
];

/** Nobody looked at the request yet: a grant, too, is tried again, after the time that is named. */
function atThrottle(): ReceiveFault['ends'] {
  return {
    ...atReads(readAgain),
    exchange: stored,
    // The read that was refused is refused once more before the second try of the refresh.
    refresh: { state: 'stored', refreshes: 2, moreReads: 2 },
  };
}

/** The member's browser comes back with something else; nothing but a denial ends the transfer, and the link stays good. */
function spoiltRedirects(): readonly ReceiveFault[] {
  const spoilt = (name: string, spoil: string, end: ReceiveEnd, error?: string): ReceiveFault => ({
    name,
    fault: { kind: 'spoilt-redirect', spoil, ...(error !== undefined && { error }) },
    ends: { authorize: end },
  });
  return [
    spoilt('access_denied', 'error', { state: 'refused', reason: 'AUTHORIZATION_DENIED' }, 'access_denied'),
    spoilt('server_error', 'error', stored, 'server_error'),
    spoilt('temporarily_unavailable', 'error', stored, 'temporarily_unavailable'),
    spoilt('an error that nobody knows', 'error', stored, 'x-internal'),
    spoilt('a redirect without code', 'no-code', stored),
    spoilt('a redirect without state', 'no-state', stored),
    spoilt('a redirect with another state', 'other-state', stored),
    spoilt('a redirect for another client', 'other-client', stored),
  ];
}

/** Every fault at every step that it can meet, one member each, in a fixed order. */
export const receiveCases: readonly ReceiveCase[] = faults.flatMap(({ name, fault, ends }) =>
  (Object.keys(receiveSteps) as ReceiveStep[]).flatMap((step) => {
    const end = ends[step];
    return end === undefined ? [] : [{ name, fault, step, place: receiveSteps[step].place, end }];
  }),
);

/** The sandbox's rules for the member of a case. A refresh happens because a read is refused before. */
export function faultRules({ fault, step }: ReceiveCase, previousMemberId: string): readonly object[] {
  const { route, ordinal } = receiveSteps[step];
  const rule = { ...fault, route, previousMemberId, ordinals: [ordinal] };
  const refused = {
    kind: 'status',
    status: 401,
    route: 'GET /r4/Encounter',
    previousMemberId,
    times: refusedTimes(fault),
  };
  return step === 'refresh' ? [{ ...refused, ordinals: undefined }, rule] : [rule];
}

/** A token that was refused stays refused until the refresh goes through. */
function refusedTimes(fault: ReceiveFault['fault']): number {
  return fault['status'] === 429 ? 2 : 1;
}
