import { walkAuthorization } from '../sandbox/walk-authorization.ts';
import type { Person } from './read-people.ts';

/** Opens an authorization link as the member's browser would, agrees, and comes back to us. Returns what our page then says. */
export async function authorizeAsMember(url: string, person: Person, signal: AbortSignal): Promise<string> {
  const [year, month, day] = person.birth_date.split('-');
  const { redirectedTo } = await walkAuthorization({
    authorizeUrl: url,
    email: person.email,
    member: {
      firstName: person.given,
      lastName: person.family,
      birthDate: `${month}/${day}/${year}`,
      memberId: person.previous_member_id,
      postalCode: person.zip,
    },
  });
  const page = await (await fetch(redirectedTo, { signal })).text();
  return ['h1', 'p'].map((tag) => textOf(page, tag)).join('. ');
}

function textOf(page: string, tag: string): string {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(page)?.[1]?.trim() ?? '';
}
