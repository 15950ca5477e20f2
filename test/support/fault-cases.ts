/** What becomes of the resources of the bundle that a fault meets. */
type Share = 'none' | 'all' | 'first' | 'last';

/** What must follow from a fault, by docs/design.md ("What must never happen") and the profile's table of statuses. */
export interface FaultEnd {
  readonly state: 'sent' | 'sent-with-exceptions' | 'needs-decision' | 'failed';
  readonly refused?: Share;
  readonly unknown?: Share;
  /** What of that bundle the other side holds in the end; where left out, all that is confirmed. */
  readonly stored?: 'none' | 'all';
  /** How often that bundle goes out; 1 where left out. */
  readonly tries?: 2;
  /** The bundles after it: posted once, refused once under a dead token and posted then, or never sent. */
  readonly later?: 'once' | 'twice' | 'withheld';
  readonly finding?: string;
}

export interface FaultCase {
  readonly name: string;
  /** A rule of the sandbox's `PUT /faults`, without route, member and ordinal. */
  readonly fault: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly end: FaultEnd;
}

/** The write time-out of the table's profile; a slow answer takes longer. */
export const writeTimeoutMs = 4_000;

const slow = { kind: 'slow', delayMs: 2 * writeTimeoutMs };
const afterStoring = { when: 'after-storing' };
const throttled = { kind: 'status', status: 429, retryAfterSeconds: 1 };

const confirmed: FaultEnd = { state: 'sent' };
/** Said to be not stored, for now: the same bundle goes again. */
const goesAgain: FaultEnd = { state: 'sent', tries: 2 };
const refused: FaultEnd = { state: 'sent-with-exceptions', refused: 'all', stored: 'none' };
/** 403 is about the member, not about a bundle: nothing more is sent. */
const forbidden: FaultEnd = { state: 'failed', refused: 'all', stored: 'none', later: 'withheld' };
/** No answer that says anything: the bundle is never sent again by itself, whatever the other side did with it. */
const unknownUnstored: FaultEnd = { state: 'needs-decision', unknown: 'all', stored: 'none' };
const unknownStored: FaultEnd = { state: 'needs-decision', unknown: 'all', stored: 'all' };

/** Every fault that the sandbox can make on `POST /r4`, with the end that must follow. */
export const faultCases: readonly FaultCase[] = [
  { name: 'a reset before the body is read', fault: { kind: 'reset-before-reading' }, end: unknownUnstored },
  { name: 'a reset before storing', fault: { kind: 'reset-before-storing' }, end: unknownUnstored },
  { name: 'a reset after storing', fault: { kind: 'reset-after-storing' }, end: unknownStored },
  { name: 'half an answer', fault: { kind: 'truncated-body' }, end: unknownStored },
  { name: 'an HTML page with 200', fault: { kind: 'html-page', status: 200 }, end: unknownUnstored },
  {
    name: 'an HTML page with 200 after storing',
    fault: { kind: 'html-page', status: 200, ...afterStoring },
    end: unknownStored,
  },
  { name: 'an HTML page with 502', fault: { kind: 'html-page', status: 502 }, end: unknownUnstored },
  {
    name: 'an HTML page with 502 after storing',
    fault: { kind: 'html-page', status: 502, ...afterStoring },
    end: unknownStored,
  },
  { name: 'slow before storing', fault: slow, end: unknownStored },
  { name: 'slow after storing', fault: { ...slow, ...afterStoring }, end: unknownStored },
  { name: 'a redirect to another origin', fault: { kind: 'redirect' }, end: unknownUnstored },
  { name: '429 with seconds', fault: { ...throttled, retryAfterForm: 'seconds' }, end: goesAgain },
  { name: '429 with a date', fault: { ...throttled, retryAfterForm: 'http-date' }, end: goesAgain },
  { name: '500', fault: { kind: 'status', status: 500 }, end: unknownUnstored },
  { name: '500 after storing', fault: { kind: 'status', status: 500, ...afterStoring }, end: unknownStored },
  { name: '503', fault: { kind: 'status', status: 503 }, end: unknownUnstored },
  { name: '503 after storing', fault: { kind: 'status', status: 503, ...afterStoring }, end: unknownStored },
  { name: '400', fault: { kind: 'status', status: 400 }, end: refused },
  { name: '404', fault: { kind: 'status', status: 404 }, end: refused },
  { name: '409', fault: { kind: 'status', status: 409 }, end: refused },
  { name: '413', fault: { kind: 'status', status: 413 }, end: refused },
  { name: '401', fault: { kind: 'status', status: 401 }, end: goesAgain },
  { name: '403', fault: { kind: 'status', status: 403 }, end: forbidden },
  {
    name: 'a token that ends after this bundle',
    fault: { kind: 'expire-token' },
    end: { ...confirmed, later: 'twice' },
  },
  {
    name: 'a refused entry',
    fault: { kind: 'refuse-entry' },
    end: { state: 'sent-with-exceptions', refused: 'first' },
  },
  { name: 'a throttled entry', fault: { kind: 'throttle-entry' }, end: goesAgain },
  {
    name: 'one entry too few',
    fault: { kind: 'wrong-count', difference: -1 },
    end: { state: 'needs-decision', unknown: 'last', stored: 'all', finding: 'too-few-entries' },
  },
  {
    name: 'one entry too many',
    fault: { kind: 'wrong-count', difference: 1 },
    end: { state: 'needs-decision', unknown: 'last', stored: 'all', finding: 'too-many-entries' },
  },
  {
    name: 'entries in another order',
    fault: { kind: 'reordered-entries' },
    end: { ...confirmed, finding: 'entries-reordered' },
  },
];
