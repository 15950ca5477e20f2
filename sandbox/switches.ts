import type { Database } from './database.ts';

/**
 * What nobody has seen of 1up, or what differs between its documents, each with the values that it may take.
 * The first value is the default; `'number'` stands for any whole number that is not negative.
 */
export const SWITCHES = {
  /** RFC 6749 says number; some servers send a string (domain.md 1.1: read expires_in, never hard-code). */
  expiresInForm: ['number', 'string'],
  /** 3599 and 7199 are both documented, prose says 7200 (domain.md 1.1). */
  accessTokenLifetimeSeconds: [7200, 'number'],
  /** A refresh grant exists on the token endpoint (domain.md 1.1). */
  refreshToken: ['issued', 'absent'],
  /** RFC 6749 4.1.2: tokens of a code that is used twice should be revoked; 1up unseen. */
  codeReuse: ['revokes-tokens', 'refused-only'],
  /** RFC 7636, method S256; no document of 1up speaks of it. */
  pkce: ['ignored', 'supported', 'required'],
  /** "This authorization code expires in 5 minutes." (seed) */
  codeLifetimeSeconds: [300, 'number'],
  /** Page size where the caller gives no `_count`; unseen. */
  defaultPageSize: [10, 'number'],
  /** Whether searchsets carry `total`; unseen. */
  searchTotal: ['present', 'absent'],
  /** Whether searchsets carry an OperationOutcome entry; unseen. */
  searchOutcomeEntry: ['absent', 'present'],
  /** "These non-clinical resources are not shared" (seed); how a server says so, or fails to, is unseen. */
  nonClinicalTypes: ['forbidden', 'empty', 'served', 'leaked-into-searches'],
  /** `_lastUpdated` is a parameter for all resources (FHIR R4, search.html#all); whether 1up knows it is unseen. */
  lastUpdatedSearch: ['supported', 'ignored', 'refused'],
  /** What a Patient search answers: for the identity check of a client. */
  patientSearch: ['one', 'none', 'several', 'another'],
  /** Whether Organization, Location, Practitioner and Medication can be searched or only be read by id; unseen. */
  supportingTypes: ['searchable', 'by-id-only'],
  /** MAIL before STARTTLS is refused. */
  smtpTls: ['required', 'optional'],
  /** Read at start: SMTP AUTH is offered and required, any name and password are taken. */
  smtpAuth: ['off', 'required'],
  /** Member information before any evidence of being a payer (seed, "Submit Evidence"). */
  evidence: ['not-required', 'required'],
  /** The form of the write token is unseen. */
  writeTokenForm: ['opaque', 'jwt'],
  /** "Your access token expires after two hours." (seed) */
  writeTokenLifetimeSeconds: [7200, 'number'],
  /** Success is documented as 200 (domain.md 1.2); FHIR says 201. */
  createdStatus: [200, 201],
  /** "At most 20 resources" (domain.md 1.2). */
  maxBundleEntries: [20, 'number'],
  bundleTooLargeStatus: [400, 413],
  /** Provenance has `read` only and Binary has no `create` (domain.md 1.2); the status is unseen. */
  uncreatableStatus: [405, 404],
  /** The answer to a repeated id with a token that may not update is unseen (domain.md 1.2). */
  repeatedId: ['duplicate', 'upsert', 'forbidden', 'conflict'],
  /** "Caller may fix them ... let the server assign random ones" (domain.md 1.2). */
  idAssignment: ['caller', 'server'],
  /** Relative or absolute `response.location`; unseen. */
  locationForm: ['relative', 'absolute'],
} as const satisfies Record<string, readonly (string | number)[]>;

export type SwitchName = keyof typeof SWITCHES;
type Value<Allowed extends readonly (string | number)[]> = Allowed extends readonly [number, 'number']
  ? number
  : Allowed[number];
export type Switches = { [Name in SwitchName]: Value<(typeof SWITCHES)[Name]> };

export interface SwitchBoard {
  readonly values: Readonly<Switches>;
  /** Changes some switches, for this and later runs. Throws TypeError for an unknown name or value. */
  set(changes: Readonly<Record<string, unknown>>): void;
}

/** The switches as they were left, or their defaults. */
export function createSwitchBoard(database: Database): SwitchBoard {
  const values = Object.fromEntries(Object.entries(SWITCHES).map(([name, allowed]) => [name, allowed[0]])) as Switches;
  const kept = database.row('SELECT value FROM settings WHERE name = ?', 'switches')?.['value'];
  if (typeof kept === 'string') Object.assign(values, JSON.parse(kept));
  return {
    values,
    set(changes) {
      for (const [name, value] of Object.entries(changes)) assertAllowed(name, value);
      const next = JSON.stringify({ ...values, ...changes });
      database.run('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', 'switches', next);
      Object.assign(values, changes);
    },
  };
}

function assertAllowed(name: string, value: unknown): void {
  const allowed: readonly unknown[] | undefined = Object.hasOwn(SWITCHES, name)
    ? SWITCHES[name as SwitchName]
    : undefined;
  if (allowed === undefined) throw new TypeError(`unknown switch "${name}"`);
  const anyNumber = allowed[1] === 'number' && typeof allowed[0] === 'number';
  const fits = anyNumber ? Number.isSafeInteger(value) && Number(value) >= 0 : allowed.includes(value);
  if (!fits) throw new TypeError(`switch "${name}" takes ${anyNumber ? 'a whole number' : allowed.join(' | ')}`);
}
