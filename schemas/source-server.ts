/** How a FHIR server of ours lets us in. */
export type SourceAuth = 'none' | 'bearer' | 'smart-backend-services';

/** A FHIR server of ours that holds the members' records, as its description says with the defaults filled in. No secrets, only their files. */
export interface SourceServer {
  /** Without a slash at its end. */
  readonly fhirBaseUrl: string;
  readonly environment: 'sandbox' | 'production';
  readonly auth: SourceAuth;
  /** bearer: the file with the access token, absolute. */
  readonly tokenFile?: string;
  /** The following five: smart-backend-services. */
  readonly tokenUrl?: string;
  readonly clientId?: string;
  /** PEM or JWK, absolute. */
  readonly privateKeyFile?: string;
  readonly keyId?: string;
  readonly algorithm?: 'RS384' | 'ES384';
  readonly scope: string;
  /** How the Patient of a row is found: named in the source column, or searched by the previous member id. */
  readonly patient: 'reference' | 'identifier';
  /** The system of the previous member ids, a URI. */
  readonly identifierSystem?: string;
  readonly retrieval: 'everything' | 'search';
  readonly resourceTypes: readonly string[];
  readonly pageSize: number;
  readonly maxPages: number;
  readonly requestTimeoutMs: number;
}
