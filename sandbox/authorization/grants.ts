import type { Clock } from '../clock.ts';
import type { Database, Row } from '../database.ts';
import type { Findings } from '../findings.ts';
import type { MemberDirectory } from '../members/member-directory.ts';
import type { SwitchBoard } from '../switches.ts';
import { type Tokens, fingerprintOf, randomSecret } from '../tokens.ts';

export interface GrantParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly switches: SwitchBoard;
  readonly findings: Findings;
  readonly tokens: Tokens;
  readonly members: MemberDirectory;
}

export interface IssuedTokens {
  readonly memberId: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

/** What became of an authorization code. Times are milliseconds since 1970, by the sandbox's clock. */
export interface IssuedCode {
  readonly previousMemberId: string;
  readonly expiresAtMs: number;
  /** When it was exchanged; absent where it was not, or too late. */
  readonly exchangedAtMs?: number;
}

export interface Grants {
  /** A code for the redirect; only its hash is kept. */
  issueCode(clientId: string, memberId: string): string;
  /** Tokens for a code, once and in time; undefined is OAuth's invalid_grant. */
  exchangeCode(clientId: string, code: string): IssuedTokens | undefined;
  /** Whose code or refresh token it is, used or not. */
  memberOf(grant: { readonly code: string | null; readonly refreshToken: string | null }): string | undefined;
  /** Every code that was issued, with its fate. */
  codes(): readonly IssuedCode[];
  /** New tokens for a refresh token, which is spent by it (rotation). */
  exchangeRefreshToken(clientId: string, refreshToken: string): IssuedTokens | undefined;
}

/** Authorization codes and refresh tokens: each good once. */
export function createGrants(parts: GrantParts): Grants {
  return {
    issueCode(clientId, memberId) {
      const code = randomSecret();
      // "This authorization code expires in 5 minutes." (seed)
      const expiresAt = parts.clock.now() + parts.switches.values.codeLifetimeSeconds * 1000;
      const sql = 'INSERT INTO codes (code_hash, client_id, member_id, expires_at) VALUES (?, ?, ?, ?)';
      parts.database.run(sql, fingerprintOf(code), clientId, memberId, expiresAt);
      return code;
    },
    memberOf({ code, refreshToken }) {
      const { database } = parts;
      const row =
        code === null
          ? database.row('SELECT member_id FROM refresh_tokens WHERE token_hash = ?', fingerprintOf(refreshToken ?? ''))
          : database.row('SELECT member_id FROM codes WHERE code_hash = ?', fingerprintOf(code));
      return row === undefined ? undefined : String(row['member_id']);
    },
    codes: () => parts.database.rows('SELECT * FROM codes ORDER BY expires_at').map(issuedCodeOf),
    exchangeCode: (clientId, code) => exchangeCode(parts, clientId, fingerprintOf(code)),
    exchangeRefreshToken: (clientId, token) => exchangeRefreshToken(parts, clientId, fingerprintOf(token)),
  };
}

function issuedCodeOf(row: Row): IssuedCode {
  return {
    previousMemberId: String(row['member_id']),
    expiresAtMs: Number(row['expires_at']),
    ...(row['used_at'] === null ? {} : { exchangedAtMs: Number(row['used_at']) }),
  };
}

function exchangeCode(parts: GrantParts, clientId: string, codeHash: string): IssuedTokens | undefined {
  const { database, findings, clock } = parts;
  const row = database.row('SELECT * FROM codes WHERE code_hash = ? AND client_id = ?', codeHash, clientId);
  if (row === undefined) return undefined;
  const memberId = String(row['member_id']);
  if (row['used_at'] !== null) {
    findings.note('code-used-twice', memberId);
    if (parts.switches.values.codeReuse === 'revokes-tokens') parts.tokens.revokeGrant(String(row['grant_id']));
    return undefined;
  }
  if (clock.now() >= Number(row['expires_at'])) {
    findings.note('code-expired', memberId);
    return undefined;
  }
  const grantId = randomSecret(12);
  database.run('UPDATE codes SET used_at = ?, grant_id = ? WHERE code_hash = ?', clock.now(), grantId, codeHash);
  return issueTokens(parts, clientId, memberId, grantId);
}

function exchangeRefreshToken(parts: GrantParts, clientId: string, tokenHash: string): IssuedTokens | undefined {
  const { database, findings, clock } = parts;
  const sql = 'SELECT * FROM refresh_tokens WHERE token_hash = ? AND client_id = ?';
  const row = database.row(sql, tokenHash, clientId);
  if (row === undefined || row['revoked'] !== 0) return undefined;
  const memberId = String(row['member_id']);
  if (row['used_at'] !== null) {
    findings.note('refresh-token-used-twice', memberId);
    return undefined;
  }
  database.run('UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ?', clock.now(), tokenHash);
  return issueTokens(parts, clientId, memberId, String(row['grant_id']));
}

function issueTokens(parts: GrantParts, clientId: string, memberId: string, grantId: string): IssuedTokens | undefined {
  const member = parts.members.find(memberId);
  if (member === undefined) return undefined;
  const { accessTokenLifetimeSeconds: lifetimeSeconds, refreshToken: refresh } = parts.switches.values;
  const name = `${member.firstName} ${member.lastName}`;
  const holder = { previousMemberId: memberId, name, birthDate: member.birthDate };
  const accessToken = parts.tokens.issue({ access: 'read', holder, lifetimeSeconds, form: 'opaque', grantId });
  if (refresh === 'absent') return { memberId, accessToken, refreshToken: undefined };
  const refreshToken = randomSecret();
  const sql = 'INSERT INTO refresh_tokens (token_hash, client_id, member_id, grant_id) VALUES (?, ?, ?, ?)';
  parts.database.run(sql, fingerprintOf(refreshToken), clientId, memberId, grantId);
  return { memberId, accessToken, refreshToken };
}
