import { createHash, randomBytes } from 'node:crypto';

import type { Clock } from './clock.ts';
import type { Database } from './database.ts';

export interface TokenHolder {
  readonly previousMemberId: string;
  /** Given and family names, in any order. */
  readonly name: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
}

export interface TokenWish {
  readonly access: 'read' | 'write';
  readonly holder: TokenHolder;
  readonly lifetimeSeconds: number;
  readonly form: 'opaque' | 'jwt';
  /** The authorization that it comes from, so that all of its tokens can be revoked together. */
  readonly grantId?: string;
}

export interface KnownToken {
  readonly fingerprint: string;
  readonly access: 'read' | 'write';
  readonly holder: TokenHolder;
  readonly state: 'live' | 'expired';
}

export interface Tokens {
  /** Makes a token and keeps only its fingerprint. */
  issue(wish: TokenWish): string;
  find(token: string): KnownToken | undefined;
  expire(fingerprint: string): void;
  revokeGrant(grantId: string): void;
}

/** SHA-256 (hex) of a secret. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A secret that nobody can guess. */
export function randomSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** Access tokens of both kinds: a member's read token, and the write-only token that follows an approval. */
export function createTokens(database: Database, clock: Clock): Tokens {
  return {
    issue({ access, holder, lifetimeSeconds, form, grantId }) {
      const expiresAt = clock.now() + lifetimeSeconds * 1000;
      const token = form === 'jwt' ? readableToken(clock.now(), expiresAt) : randomSecret();
      database.run(
        'INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
        fingerprintOf(token),
        access,
        holder.previousMemberId,
        holder.name,
        holder.birthDate,
        expiresAt,
        grantId ?? null,
      );
      return token;
    },
    find(token) {
      const fingerprint = fingerprintOf(token);
      const row = database.row('SELECT * FROM access_tokens WHERE fingerprint = ?', fingerprint);
      if (row === undefined) return undefined;
      const live = row['revoked'] === 0 && clock.now() < Number(row['expires_at']);
      return {
        fingerprint,
        access: row['access'] as KnownToken['access'],
        holder: {
          previousMemberId: String(row['member_id']),
          name: String(row['member_name']),
          birthDate: String(row['birth_date']),
        },
        state: live ? 'live' : 'expired',
      };
    },
    expire: (fingerprint) => {
      database.run('UPDATE access_tokens SET revoked = 1 WHERE fingerprint = ?', fingerprint);
    },
    revokeGrant: (grantId) => {
      database.run('UPDATE access_tokens SET revoked = 1 WHERE grant_id = ?', grantId);
      database.run('UPDATE refresh_tokens SET revoked = 1 WHERE grant_id = ?', grantId);
    },
  };
}

/** Looks like a JWT, so that a client can read `exp`; its signature is noise. */
function readableToken(nowMs: number, expiresAtMs: number): string {
  const claims = { iat: Math.floor(nowMs / 1000), exp: Math.floor(expiresAtMs / 1000), jti: randomSecret(12) };
  return `${jwtPart({ alg: 'RS256', typ: 'JWT' })}.${jwtPart(claims)}.${randomSecret(64)}`;
}

function jwtPart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
