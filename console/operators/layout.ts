import type { Context } from 'hono';
import { html } from 'hono/html';
import type { SecureHeadersVariables } from 'hono/secure-headers';
import type { HtmlEscapedString } from 'hono/utils/html';

export type PageEnv = { Variables: SecureHeadersVariables };
export type Fragment = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page with a heading; what is put into a template is escaped by it. */
export async function page(
  context: Context<PageEnv>,
  status: 200 | 401 | 403 | 404 | 409 | 500,
  title: string,
  content: Fragment,
): Promise<Response> {
  const nonce = context.get('secureHeadersNonce') ?? '';
  return context.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} - Carryover</title>
          <style nonce="${nonce}">
            :root {
              color-scheme: light dark;
            }
            body {
              font:
                1rem/1.5 system-ui,
                sans-serif;
              margin: 2rem auto;
              max-width: 72rem;
              padding: 0 1.5rem;
            }
            table {
              border-collapse: collapse;
              width: 100%;
            }
            th,
            td {
              border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent);
              padding: 0.4rem 0.8rem 0.4rem 0;
              text-align: left;
              vertical-align: top;
            }
            td.url {
              font-family: ui-monospace, monospace;
              font-size: 0.8rem;
              overflow-wrap: anywhere;
            }
            form {
              display: inline;
            }
          </style>
        </head>
        <body>
          <main>
            <h1>${title}</h1>
            ${content}
          </main>
        </body>
      </html>`,
    status,
  );
}

/** A page that only says something. */
export function messagePage(
  context: Context<PageEnv>,
  status: 200 | 401 | 403 | 404 | 409 | 500,
  title: string,
  text: string,
): Promise<Response> {
  const home = status === 401 || status === 403 ? '' : html`<p><a href="/">All batches</a></p>`;
  return page(
    context,
    status,
    title,
    html`<p>${text}</p>
      ${home}`,
  );
}
