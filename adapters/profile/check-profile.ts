import type { CounterpartProfile, ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { checkAuthorizeParameters } from './check-authorize-parameters.ts';
import { refuseUnsafeUrls } from './refuse-unsafe-urls.ts';

/** What a schema cannot say: keys that depend on each other, and what production forbids. Errors: PROFILE_INVALID, PRODUCTION_UNSAFE. */
export function checkProfile(profile: CounterpartProfile): void {
  const { receive, send } = profile;
  if (receive !== undefined) checkReceive(receive);
  if (send !== undefined) {
    // Else a write could outlive the heartbeat that says its worker is alive, and two workers would write at once.
    if (send.writeTimeoutMs >= profile.heartbeatTimeoutMs)
      throw invalid('send.write_timeout_ms', 'must be shorter than heartbeat_timeout_ms');
    if (send.tokenMarginSeconds >= send.tokenLifetimeSeconds)
      throw invalid('send.token_margin_seconds', 'must be shorter than send.token_lifetime_seconds');
    if (send.approvalReminderSeconds >= send.approvalDeadlineSeconds)
      throw invalid('send.approval_reminder_seconds', 'must be shorter than send.approval_deadline_seconds');
    if (!send.tryAgainStatuses.every((status) => send.notStoredStatuses.includes(status)))
      throw invalid('send.try_again_statuses', 'must all be among send.not_stored_statuses');
  }
  if (profile.environment === 'production') refuseUnsafeUrls(urlsOf(profile));
}

function checkReceive(receive: ReceiveProfile): void {
  const { linkMail, linkReminderSeconds, linkLifetimeSeconds, authorizeParameters } = receive;
  checkAuthorizeParameters(authorizeParameters);
  if (receive.keepRefreshToken && !receive.useRefreshToken)
    throw invalid('receive.keep_refresh_token', 'needs receive.use_refresh_token');
  if (linkReminderSeconds >= linkLifetimeSeconds)
    throw invalid('receive.link_reminder_seconds', 'must be shorter than receive.link_lifetime_seconds');
  if (linkReminderSeconds > 0 && linkMail === undefined)
    throw invalid('receive.link_reminder_seconds', 'needs a table [receive.link_mail]');
  // A subject is what everybody sees who sees a mail go by.
  if (linkMail?.subject.includes('{{') === true) throw invalid('receive.link_mail.subject', 'holds no placeholders');
}

/** The URLs of a profile by their keys. */
function urlsOf({ receive, send }: CounterpartProfile): Readonly<Record<string, string | undefined>> {
  return {
    'receive.authorize_url': receive?.authorizeUrl,
    'receive.token_url': receive?.tokenUrl,
    'receive.fhir_base_url': receive?.fhirBaseUrl,
    'receive.redirect_uri': receive?.redirectUri,
    'send.fhir_base_url': send?.fhirBaseUrl,
    'send.sender.website': send?.sender.website,
  };
}

function invalid(column: string, what: string): CarryoverError {
  return new CarryoverError('PROFILE_INVALID', `${column} ${what}.`, { column });
}
