import { supportingTypes, usCoreClinicalTypes } from '../../schemas/fhir.ts';
import { rosterColumns } from '../../schemas/roster.ts';

/** As much of JSON Schema as the profile is described with. */
export interface ProfileKey {
  readonly type: 'object' | 'string' | 'integer' | 'number' | 'boolean' | 'array';
  readonly properties?: Readonly<Record<string, ProfileKey>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

const day = 86_400;
export const url = { type: 'string', format: 'web-url' } as const;
export const file = { type: 'string', minLength: 1 } as const;
export const text = { type: 'string', minLength: 1, maxLength: 200, pattern: String.raw`^[^\p{Cc}]+$` } as const;
const address = { type: 'string', format: 'email' } as const;
export const resourceTypes = (types: readonly string[]): ProfileKey => ({
  type: 'array',
  items: { type: 'string', format: 'resource-type' },
  minItems: 1,
  uniqueItems: true,
  default: types,
});
const statuses = (codes: readonly number[]): ProfileKey => ({
  type: 'array',
  items: { type: 'integer', minimum: 400, maximum: 599 },
  uniqueItems: true,
  default: codes,
});
export const count = (preset: number, maximum: number): ProfileKey => ({
  type: 'integer',
  minimum: 1,
  maximum,
  default: preset,
});
export const choice = (preset: string | undefined, ...values: string[]): ProfileKey => ({
  type: 'string',
  enum: values,
  ...(preset !== undefined && { default: preset }),
});
export const section = (
  properties: Readonly<Record<string, ProfileKey>>,
  required: readonly string[] = [],
): ProfileKey => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
/** A section that need not be written, because all its keys have defaults. */
const presetSection = (properties: Readonly<Record<string, ProfileKey>>): ProfileKey => ({
  ...section(properties),
  default: {},
});

const validationRules = {
  us_core_version: choice('6.1.0', '6.1.0', '3.1.1'),
  profiles: choice('claimed', 'claimed', 'claimed-or-us-core'),
};

const smtp = {
  ...section(
    {
      host: { type: 'string', format: 'hostname' },
      port: count(587, 65_535),
      ca_file: file,
      user: text,
      password_file: file,
      implicit_tls: { type: 'boolean', default: false },
    },
    ['host'],
  ),
  dependentRequired: { user: ['password_file'], password_file: ['user'] },
};

const linkMail = section(
  {
    from: address,
    company: text,
    contact: text,
    subject: { ...text, default: 'Your permission is needed' },
    text_file: file,
    reminder_text_file: file,
    time_zone: { type: 'string', format: 'time-zone', default: 'UTC' },
    smtp,
  },
  ['from', 'company', 'contact'],
);

const receive = section(
  {
    authorize_url: url,
    token_url: url,
    fhir_base_url: url,
    client_id: text,
    client_secret_file: file,
    redirect_uri: url,
    authorize_parameters: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
    pkce: choice('off', 'off', 'S256'),
    redirect_uri_in_exchange: { type: 'boolean', default: false },
    code_lifetime_seconds: count(300, day),
    link_lifetime_seconds: count(14 * day, 365 * day),
    link_reminder_seconds: { ...count(0, 365 * day), minimum: 0 },
    link_reminders: count(2, 10),
    access_token_lifetime_seconds: count(3600, 30 * day),
    use_refresh_token: { type: 'boolean', default: true },
    member_id_system: { type: 'string', maxLength: 200, pattern: String.raw`^\S+$` },
    keep_refresh_token: { type: 'boolean', default: false },
    kept_refresh_token_lifetime_seconds: count(365 * day, 3650 * day),
    last_updated: { type: 'boolean', default: false },
    last_updated_margin_seconds: { ...count(3600, 30 * day), minimum: 0 },
    resource_types: resourceTypes(usCoreClinicalTypes),
    parallel_types: count(1, 20),
    page_size: count(100, 1000),
    max_pages: count(1000, 100_000),
    request_timeout_ms: count(30_000, 600_000),
    link_mail: linkMail,
    validation: presetSection(validationRules),
  },
  ['authorize_url', 'token_url', 'fhir_base_url', 'client_id', 'client_secret_file', 'redirect_uri'],
);

const send = section(
  {
    fhir_base_url: url,
    mail: section({ to: address, from: address, smtp }, ['to', 'from']),
    sender: section({ name: text, company: text, website: url }, ['name', 'company', 'website']),
    token_lifetime_seconds: count(7200, 30 * day),
    token_margin_seconds: { ...count(60, day), minimum: 0 },
    approval_deadline_seconds: count(14 * day, 365 * day),
    approval_reminder_seconds: { ...count(0, 365 * day), minimum: 0 },
    approval_reminders: count(2, 10),
    token_deadline_seconds: count(7 * day, 365 * day),
    max_entries: count(20, 1000),
    max_bytes: { ...count(1_000_000, 100_000_000), minimum: 1000 },
    id_assignment: choice('caller', 'caller', 'server'),
    single_posts: { type: 'boolean', default: false },
    repeats_harmless: { type: 'boolean', default: false },
    accepted_types: resourceTypes([...supportingTypes, ...usCoreClinicalTypes]),
    not_stored_statuses: statuses([400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429]),
    try_again_statuses: statuses([429]),
    validation: presetSection({
      policy: choice('withhold', 'refuse', 'withhold', 'warn'),
      ...validationRules,
    }),
    write_timeout_ms: count(30_000, 600_000),
    slice_seconds: count(60, 600),
  },
  ['fhir_base_url', 'mail', 'sender'],
);

/**
 * Every key of a counterpart profile as it is written in TOML, with its default. Lifetimes and the limit of 20 entries are those of
 * the seed and of 1up's create API; docs/counterparts.md says what each key means.
 */
export const profileSchema: ProfileKey = {
  ...section(
    {
      id: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' },
      name: text,
      environment: choice(undefined, 'sandbox', 'production'),
      heartbeat_timeout_ms: count(60_000, 3_600_000),
      roster: presetSection({
        date_format: choice('YYYY-MM-DD', 'YYYY-MM-DD', 'MM/DD/YYYY'),
        aliases: presetSection(Object.fromEntries(rosterColumns.map((column) => [column, text]))),
      }),
      pacing: {
        ...presetSection({
          requests_per_second: { type: 'number', exclusiveMinimum: 0, maximum: 10_000, default: 10 },
          concurrent_members: count(8, 10_000),
          window: { type: 'string', format: 'daily-window' },
          time_zone: { type: 'string', format: 'time-zone' },
        }),
        dependentRequired: { window: ['time_zone'], time_zone: ['window'] },
      },
      receive,
      send,
    },
    ['id', 'name', 'environment'],
  ),
  anyOf: [{ required: ['receive'] }, { required: ['send'] }],
};
