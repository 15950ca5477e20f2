import { supportingTypes, usCoreClinicalTypes } from '../../../schemas/fhir.ts';
import {
  choice,
  count,
  file,
  resourceTypes,
  section,
  text,
  url,
  type ProfileKey,
} from '../../profile/profile-schema.ts';

/** A system token or a list of them: no control characters, no quotes, single spaces (RFC 6749, 3.3). */
const scope = {
  type: 'string',
  pattern: String.raw`^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$`,
} as const;

/** Every key of the description of a source server as it is written in TOML, with its default; docs/sources.md says what each means. */
export const sourceServerSchema: ProfileKey = section(
  {
    fhir_base_url: url,
    environment: choice(undefined, 'sandbox', 'production'),
    auth: choice(undefined, 'none', 'bearer', 'smart-backend-services'),
    token_file: file,
    token_url: url,
    client_id: text,
    private_key_file: file,
    key_id: text,
    algorithm: choice(undefined, 'RS384', 'ES384'),
    scope: { ...scope, default: 'system/*.rs' },
    patient: choice(undefined, 'reference', 'identifier'),
    identifier_system: text,
    retrieval: choice(undefined, 'everything', 'search'),
    resource_types: resourceTypes([...usCoreClinicalTypes, ...supportingTypes]),
    page_size: count(100, 1000),
    max_pages: count(1000, 100_000),
    request_timeout_ms: count(30_000, 600_000),
  },
  ['fhir_base_url', 'environment', 'auth', 'patient', 'retrieval'],
);
