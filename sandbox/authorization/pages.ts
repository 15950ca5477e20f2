import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

import type { CodeChallenge } from './code-challenges.ts';

export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What the pages carry from step to step in hidden fields; checked anew at every step. */
export interface AuthorizationRequest extends CodeChallenge {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
}

const PATH = '/oauth2/authorize/payer2payer';

/** "Enter your email to verify your identity." (seed) */
export function emailPage(request: AuthorizationRequest): Page {
  return layout(
    'Verify your identity',
    html`<form method="post" action="${PATH}/email">
      ${hidden(request)}
      <label>Email <input type="email" name="email" required /></label>
      <button type="submit">Continue</button>
    </form>`,
  );
}

/** "Click Create an account." (seed) */
export function createAccountPage(request: AuthorizationRequest, email: string): Page {
  return layout(
    'No account yet',
    html`<form method="post" action="${PATH}/account">
      ${hidden(request)}<input type="hidden" name="email" value="${email}" />
      <button type="submit">Create an account</button>
    </form>`,
  );
}

/** "Specify the user details for one of the following test user accounts." (seed) */
export function memberDetailsPage(request: AuthorizationRequest, email: string, problem = ''): Page {
  return layout(
    'Your details',
    html`${problem === '' ? '' : html`<p role="alert">${problem}</p>`}
      <form method="post" action="${PATH}/member">
        ${hidden(request)}<input type="hidden" name="email" value="${email}" />
        <label>First Name <input name="first_name" required /></label>
        <label>Last Name <input name="last_name" required /></label>
        <label>Birth Date (MM/DD/YYYY) <input name="birth_date" required /></label>
        <label>Member ID <input name="member_id" required /></label>
        <label>Postal Code <input name="postal_code" required /></label>
        <button type="submit" name="decision" value="allow">Share my health data</button>
        <button type="submit" name="decision" value="deny" formnovalidate>Deny</button>
      </form>`,
  );
}

/** Where the request cannot be trusted, nothing is redirected (RFC 6749 4.1.2.1). */
export function errorPage(problem: string): Page {
  return layout('This request cannot be answered', html`<p role="alert">${problem}</p>`);
}

function hidden({ clientId, redirectUri, state, codeChallenge, codeChallengeMethod }: AuthorizationRequest): Page {
  return html`<input type="hidden" name="client_id" value="${clientId}" />
    <input type="hidden" name="redirect_uri" value="${redirectUri}" />
    <input type="hidden" name="state" value="${state}" />
    <input type="hidden" name="code_challenge" value="${codeChallenge}" />
    <input type="hidden" name="code_challenge_method" value="${codeChallengeMethod}" />`;
}

function layout(title: string, content: Page): Page {
  return html`${raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title} - Demo Health Plan (sandbox)</title>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
