import { failure, type Failure } from './failure.ts';

/** The member's consent, and the record that is read with it. */
export const authorizationFailures = {
  LINK_EXPIRED: failure(
    'never',
    1,
    'The member did not authorize within the deadline.',
    'Launch the member again with a new link.',
  ),
  AUTHORIZATION_DENIED: failure(
    'never',
    1,
    'The member did not authorize the transfer.',
    'Nothing to do; a new batch makes a new link.',
  ),
  CODE_EXPIRED: failure('never', 1, 'The authorization code was past its five minutes.', 'A new link was issued.'),
  EXCHANGE_REFUSED: failure('never', 1, 'The counterpart refused the authorization code.', 'A new link was issued.'),
  EXCHANGE_UNKNOWN: failure(
    'never',
    1,
    'The answer to the exchange of the code was lost.',
    'A new link was issued; the same code is never used again.',
  ),
  CLIENT_REJECTED: failure(
    'never',
    2,
    'The counterpart does not know this client id and secret.',
    'Check client_id and client_secret_file in the profile.',
  ),
  OAUTH_REQUEST_REJECTED: failure(
    'never',
    2,
    'The counterpart does not take an OAuth request of the form that the profile gives it.',
    'Check authorize_parameters, pkce, redirect_uri_in_exchange and the registration of the client; then launch the member again.',
  ),
  PATIENT_MISMATCH: failure(
    'never',
    1,
    'The Patient that was read is not the member on the roster.',
    'Nothing readable was kept; find out who authorized.',
  ),
  PATIENT_CHANGED: failure(
    'never',
    1,
    'The Patient fits the roster row, but is another one than in the earlier record of this member.',
    'Nothing readable was kept; find out whether both are the same person, then receive the member in a roster of its own without --again.',
  ),
  PATIENT_AMBIGUOUS: failure(
    'never',
    1,
    'The counterpart returned no Patient, or more than one.',
    'Nothing readable was kept; ask the counterpart.',
  ),
  PAGES_ENDLESS: failure(
    'never',
    1,
    'The pages of a search repeat or never end.',
    'Ask the counterpart; nothing was delivered.',
  ),
} as const satisfies Record<string, Failure>;
