import type { Context } from 'hono';
import { html } from 'hono/html';

import { page, type PageEnv } from './layout.ts';

/** A button, because browsers load an address ahead of the person who types it, and the key works once. */
export function signInPage(context: Context<PageEnv>, key: string): Promise<Response> {
  return page(
    context,
    200,
    'Operators',
    html`<form method="post" action="/sign-in">
      <input type="hidden" name="key" value="${key}" />
      <button>Sign in</button>
    </form>`,
  );
}
