/** What the member types into the forms; birth date as MM/DD/YYYY. */
export interface WalkingMember {
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
  readonly memberId: string;
  readonly postalCode: string;
}

export interface Walk {
  /** The whole authorization link, with client_id, redirect_uri and state. */
  readonly authorizeUrl: string;
  readonly email: string;
  readonly member: WalkingMember;
  /** The button of the last page; `allow` where absent. */
  readonly decision?: 'allow' | 'deny';
}

interface Form {
  readonly action: string;
  readonly hidden: [string, string][];
  readonly asked: ReadonlySet<string>;
}

const MOST_PAGES = 5;

/**
 * Walks the pages as a member's browser would: follows the form of each page and answers where the last one
 * redirects to, without going there. Throws Error where a page shows a problem or no form.
 */
export async function walkAuthorization({
  authorizeUrl,
  email,
  member,
  decision,
}: Walk): Promise<{ redirectedTo: string }> {
  const answers = new Map([
    ['email', email],
    ['first_name', member.firstName],
    ['last_name', member.lastName],
    ['birth_date', member.birthDate],
    ['member_id', member.memberId],
    ['postal_code', member.postalCode],
    ['decision', decision ?? 'allow'],
  ]);
  let url = authorizeUrl;
  let response = await fetch(url, { redirect: 'manual' });
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const location = response.headers.get('location');
    if (location !== null) return { redirectedTo: location };
    const form = readForm(await response.text(), response.status);
    const body = new URLSearchParams(form.hidden);
    for (const name of form.asked) body.set(name, answers.get(name) ?? '');
    url = new URL(form.action, url).href;
    response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  }
  throw new Error('the authorization pages lead nowhere');
}

function readForm(page: string, status: number): Form {
  const [, attributes = '', content] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page) ?? [];
  if (status >= 400 || content === undefined) throw new Error(`the authorization page shows a problem (${status})`);
  const fields = [...content.matchAll(/<(?:input|button)\b([^>]*)>/gi)].map((match) => readAttributes(match[1] ?? ''));
  const named = fields.filter((field) => field.has('name'));
  return {
    action: readAttributes(attributes).get('action') ?? '',
    hidden: named.filter(isHidden).map((field) => [field.get('name') ?? '', field.get('value') ?? '']),
    asked: new Set(named.filter((field) => !isHidden(field)).map((field) => field.get('name') ?? '')),
  };
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([a-z-]+)="([^"]*)"/gi);
  return new Map([...pairs].map(([, name = '', value = '']) => [name, decodeEntities(value)]));
}

function decodeEntities(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(?:lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity).replaceAll('&amp;', '&');
}

function isHidden(field: ReadonlyMap<string, string>): boolean {
  return field.get('type') === 'hidden';
}
