const mostPages = 20;

export interface WebBrowser {
  /**
   * Opens a link, fills in what each page asks for, and follows where it leads, until it is sent to `redirectUri`: that URL, not
   * opened. Throws Error where the pages lead nowhere.
   */
  open(link: string): Promise<URL>;
}

/** A member's browser: cookies, redirects, forms. It signs in as `login`, or, where it has none, leaves by the page's cancel link. */
export function openWebBrowser({
  redirectUri,
  login,
}: {
  readonly redirectUri: string;
  readonly login: string | undefined;
}): WebBrowser {
  const cookies = new Map<string, string>();

  async function load(url: URL, init: RequestInit): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  return {
    async open(link) {
      let url = new URL(link);
      let response = await load(url, {});
      for (let page = 0; page < mostPages; page += 1) {
        const location = response.headers.get('location');
        if (location !== null) {
          url = new URL(location, url);
          if (`${url.origin}${url.pathname}` === redirectUri) return url;
          response = await load(url, {});
          continue;
        }
        const text = await response.text();
        const [, action] = /<form\b[^>]*\baction="([^"]+)"/.exec(text) ?? [];
        const [, cancel] = /<a href="([^"]+)">\[ Cancel \]/.exec(text) ?? [];
        const next = login === undefined ? cancel : action;
        if (!response.ok || next === undefined)
          throw new Error(`the page of ${url.pathname} leads nowhere (${response.status})`);
        url = new URL(next, url);
        const body = new URLSearchParams([...hiddenFields(text), ['login', login ?? ''], ['password', 'any']]);
        response = await load(url, login === undefined ? {} : { method: 'POST', body });
      }
      throw new Error('the pages never end');
    },
  };
}

function hiddenFields(page: string): [string, string][] {
  const fields = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return [...fields].map(([, name = '', value = '']) => [name, value]);
}
