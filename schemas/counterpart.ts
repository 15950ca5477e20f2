import type { CounterpartId } from './ids.ts';
import type { RosterColumn } from './roster.ts';

/** The receive half of a profile: OAuth in the member's browser, then FHIR reads (seed, "Receive Payer-to-Payer Data"). */
export interface ReceiveProfile {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly fhirBaseUrl: string;
  readonly clientId: string;
  /** Path, relative to the profile. */
  readonly clientSecretFile: string;
  readonly redirectUri: string;
  /** Further parameters of the authorize URL (`scope`, `response_type`), none by default, as in the seed. */
  readonly authorizeParameters: Readonly<Record<string, string>>;
  /** Proof that who exchanges the code is who issued the link (RFC 7636); off by default, as in the seed. */
  readonly pkce: 'off' | 'S256';
  /** The exchange repeats `redirect_uri` (RFC 6749, 4.1.3); the seed's form does not. */
  readonly redirectUriInExchange: boolean;
  readonly codeLifetimeSeconds: number;
  /** How long a member may take to authorize. */
  readonly linkLifetimeSeconds: number;
  /** Used only where the token answer names no `expires_in`. */
  readonly accessTokenLifetimeSeconds: number;
  /** A read token that is over is renewed with the refresh token, where one came with it. */
  readonly useRefreshToken: boolean;
  /** The system of the member ids in `Patient.identifier`; where left out, they are known by their type. */
  readonly memberIdSystem?: string;
  /** The last refresh token outlives a transfer that stored its record, for the next update of the member. */
  readonly keepRefreshToken: boolean;
  /** How long one that is kept may serve, from when it was given. Left out in profiles that were frozen by older versions. */
  readonly keptRefreshTokenLifetimeSeconds?: number;
  /** The server knows `_lastUpdated`: an update asks only for what has changed. Profiles frozen before there were updates do not say. */
  readonly lastUpdated: boolean;
  /** How much earlier than the read before an update asks from: clocks differ, and indexes lag. */
  readonly lastUpdatedMarginSeconds: number;
  readonly resourceTypes: readonly string[];
  /** How many of them are read of one member at once. Left out in profiles that were frozen by older versions: one. */
  readonly parallelTypes?: number;
  readonly pageSize: number;
  readonly maxPages: number;
  readonly requestTimeoutMs: number;
  /** Links go by e-mail to the members whose row has an address; without it, and to the others, people deliver them. */
  readonly linkMail?: LinkMailProfile;
  /** How long a mailed link is not answered before a reminder is mailed, and again before each further one; 0: none is. */
  readonly linkReminderSeconds: number;
  /** How many reminders at most for one link. */
  readonly linkReminders: number;
  /** What received resources are judged by. Left out in profiles that were frozen by older versions. */
  readonly validation?: ValidationRules;
}

/** How a member is mailed the authorization link. */
export interface LinkMailProfile {
  readonly from: string;
  /** Who asks, and whom a member asks: as the mail names them. */
  readonly company: string;
  readonly contact: string;
  /** The same for every member: nothing is put into it. */
  readonly subject: string;
  /** The body, with placeholders; read from the profile's file when the profile is loaded, so that a launch freezes it. */
  readonly text: string;
  readonly reminderText: string;
  /** IANA name; the deadline is written by its clock. */
  readonly timeZone: string;
  readonly smtp?: SmtpProfile;
}

/** A mail server that speaks TLS. */
export interface SmtpProfile {
  readonly host: string;
  readonly port: number;
  /** PEM file of the authority that signed the server's certificate, relative to the profile. */
  readonly caFile?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  /** TLS from the first byte (port 465); otherwise STARTTLS is required. */
  readonly implicitTls: boolean;
}

/** Which rules resources are judged by. */
export interface ValidationRules {
  readonly usCoreVersion: '6.1.0' | '3.1.1';
  /** Which FHIR profiles apply: those that a resource claims, or US Core's for its type where it claims none that is here. */
  readonly profiles: 'claimed-or-us-core' | 'claimed';
}

export interface MailProfile {
  readonly to: string;
  readonly from: string;
  /** Without it the mail is written as an `.eml` file to send by hand. */
  readonly smtp?: SmtpProfile;
}

/** The send half: a review by e-mail, then POST under a two-hour token (seed, "Connect to Payer-to-Payer Send APIs"). */
export interface SendProfile {
  readonly fhirBaseUrl: string;
  readonly mail: MailProfile;
  /** Who asks: named in the member-info e-mail. */
  readonly sender: { readonly name: string; readonly company: string; readonly website: string };
  readonly tokenLifetimeSeconds: number;
  /** A bundle is not started with less life left than this. */
  readonly tokenMarginSeconds: number;
  readonly approvalDeadlineSeconds: number;
  /** How long nobody decides before a reminder is mailed, and again before each further one; 0: none is. */
  readonly approvalReminderSeconds: number;
  /** How many reminders at most for one mail. */
  readonly approvalReminders: number;
  readonly tokenDeadlineSeconds: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly idAssignment: 'caller' | 'server';
  /** Each resource is posted alone, to `[base]/{type}`, instead of in bundles. */
  readonly singlePosts: boolean;
  /** The counterpart says that a repeated id is harmless; only then is an unknown write sent again by itself. */
  readonly repeatsHarmless: boolean;
  readonly acceptedTypes: readonly string[];
  /** HTTP statuses that mean: nothing of this was stored. Any other failure status leaves the write unknown. */
  readonly notStoredStatuses: readonly number[];
  /** Those of them that mean: not now, try again. */
  readonly tryAgainStatuses: readonly number[];
  readonly validation: ValidationRules & { readonly policy: 'refuse' | 'withhold' | 'warn' };
  readonly writeTimeoutMs: number;
  /** The longest time one slice of bundles may take before it reports back. */
  readonly sliceSeconds: number;
}

export interface PacingProfile {
  readonly requestsPerSecond: number;
  /** Over all workers and batches. */
  readonly concurrentMembers: number;
  /** The hours of the day in which requests may go, `HH:MM-HH:MM` by the clock of `timeZone`; at any time where left out. */
  readonly window?: string;
  /** IANA name; always there together with `window`. */
  readonly timeZone?: string;
}

/** The other side: validated, frozen at launch. Read from TOML (snake_case keys there). */
export interface CounterpartProfile {
  readonly id: CounterpartId;
  readonly name: string;
  readonly environment: 'sandbox' | 'production';
  readonly roster: {
    readonly dateFormat: 'YYYY-MM-DD' | 'MM/DD/YYYY';
    readonly aliases: Readonly<Partial<Record<RosterColumn, string>>>;
  };
  readonly pacing: PacingProfile;
  readonly heartbeatTimeoutMs: number;
  readonly receive?: ReceiveProfile;
  readonly send?: SendProfile;
}
