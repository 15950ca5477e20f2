import type { Answer, Visit } from '../routes/visit.ts';
import type { World } from '../world.ts';
import { outcomeAnswer } from './read-answer.ts';

/** 401 for a missing, unknown or expired token, 403 for a token of the other kind; notes what a witness would. */
export function tokenRefusal(world: World, visit: Visit, need: 'read' | 'write'): Answer | undefined {
  const { token } = visit;
  const details = { route: `${visit.method} ${visit.path}` };
  if (token === undefined) {
    if (visit.tokenFingerprint !== null) world.findings.note('unknown-token', null, details);
    return unauthorized('no token, or one that is not known here');
  }
  const memberId = token.holder.previousMemberId;
  if (token.state === 'expired') {
    world.findings.note('expired-token-used', memberId, details);
    return unauthorized('the token has expired');
  }
  if (token.access === need) return undefined;
  // "You cannot read, search, or update resources with this token." (seed); a member's token is read-only (seed, Step 3).
  world.findings.note(need === 'read' ? 'read-with-write-token' : 'write-with-read-token', memberId, details);
  return outcomeAnswer(403, 'forbidden', `this token cannot ${need}`);
}

function unauthorized(diagnostics: string): Answer {
  const answer = outcomeAnswer(401, 'login', diagnostics);
  return { ...answer, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
}
