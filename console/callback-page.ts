import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** What the member reads after coming back. Every text is ours: nothing that a caller sent is ever shown. */
const pages = {
  authorized: {
    status: 200,
    title: 'Thank you',
    text: 'You have allowed your new health plan to ask for your records. You can close this page.',
  },
  denied: {
    status: 200,
    title: 'Nothing was shared',
    text: 'You did not allow the transfer, so nothing was shared. You can close this page. If you change your mind, ask your health plan for a new link.',
  },
  rejected: {
    status: 200,
    title: 'Nothing was shared yet',
    text: 'Your health plans could not reach an understanding just now. It is not your fault, and you can close this page. Your health plan will send you a new link.',
  },
  'state-used': {
    status: 410,
    title: 'This link was used already',
    text: 'Each link works once, and yours was used or is no longer needed. If you have just given your permission, there is nothing more to do.',
  },
  'code-used': {
    status: 410,
    title: 'This permission was used already',
    text: 'Nothing more was shared. Open the link from your health plan again, or ask for a new one.',
  },
  'counterpart-unavailable': {
    status: 503,
    title: 'Please try again later',
    text: 'Your previous health plan could not answer just now, so nothing was shared. Your link still works: open it again later.',
  },
  'state-expired': {
    status: 410,
    title: 'This link is too old',
    text: 'Nothing was shared. Ask your health plan for a new link.',
  },
  'state-replaced': {
    status: 410,
    title: 'There is a newer link for you',
    text: 'This link no longer works, because your health plan has given you a newer one. Nothing was shared. Please open the newest link.',
  },
  'state-unknown': {
    status: 404,
    title: 'We do not know this link',
    text: 'Nothing was shared. Open the link from your health plan again, or ask for a new one.',
  },
  incomplete: {
    status: 400,
    title: 'Something is missing',
    text: 'The page that sent you here left something out. Nothing was shared. Open the link from your health plan again.',
  },
  'too-long': {
    status: 414,
    title: 'This address is too long',
    text: 'Nothing was shared. Open the link from your health plan again.',
  },
  'too-many': {
    status: 429,
    title: 'Please try again in a minute',
    text: 'Many people are here at the moment. Your link still works: reload this page in a minute.',
  },
  later: {
    status: 503,
    title: 'Please try again in a minute',
    text: 'We could not take your answer just now. Reload this page in a minute. If it does not help, ask your health plan for a new link.',
  },
  'not-found': { status: 404, title: 'There is nothing here', text: 'Open the link from your health plan again.' },
} as const;

export type CallbackPage = keyof typeof pages;
export type CallbackStatus = (typeof pages)[CallbackPage]['status'];

/** The HTTP status of a page. */
export function statusOf(page: CallbackPage): CallbackStatus {
  return pages[page].status;
}

/** A page as HTML: one heading, one sentence or two, readable on any screen and by a screen reader. */
export function renderPage(page: CallbackPage, nonce: string): HtmlEscapedString | Promise<HtmlEscapedString> {
  const { title, text } = pages[page];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style nonce="${nonce}">
          :root {
            color-scheme: light dark;
          }
          body {
            font:
              1.125rem/1.6 system-ui,
              sans-serif;
            margin: 0;
          }
          main {
            max-width: 36rem;
            margin: 15vh auto 0;
            padding: 0 1.5rem;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${text}</p>
        </main>
      </body>
    </html>`;
}
