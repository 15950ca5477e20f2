import { createHash } from 'node:crypto';

import type { Database } from '../database.ts';
import type { SwitchBoard } from '../switches.ts';
import { fingerprintOf } from '../tokens.ts';

/** The two parameters of an authorization request that PKCE adds (RFC 7636, 4.3); empty where they were not sent. */
export interface CodeChallenge {
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
}

export interface CodeChallenges {
  /** What is wrong with the parameters of a request, or undefined. */
  problemOf(challenge: CodeChallenge): string | undefined;
  /** Binds a code to the challenge that came with its request. */
  keep(code: string, challenge: CodeChallenge): void;
  /** Whether the verifier fits what the code is bound to (RFC 7636, 4.6). */
  fits(code: string, codeVerifier: string): boolean;
}

/** PKCE, where the switch `pkce` is on; no document of 1up speaks of it. */
export function createCodeChallenges(database: Database, { values }: SwitchBoard): CodeChallenges {
  return {
    problemOf({ codeChallenge, codeChallengeMethod }) {
      if (values.pkce === 'ignored' || (values.pkce === 'supported' && codeChallenge === '')) return undefined;
      if (codeChallengeMethod !== 'S256') return 'code_challenge_method must be S256';
      return /^[\w-]{43}$/.test(codeChallenge) ? undefined : 'code_challenge must be the base64url of a SHA-256';
    },
    keep(code, { codeChallenge }) {
      if (values.pkce === 'ignored' || codeChallenge === '') return;
      const sql = 'INSERT INTO code_challenges (code_hash, challenge) VALUES (?, ?)';
      database.run(sql, fingerprintOf(code), codeChallenge);
    },
    fits(code, codeVerifier) {
      if (values.pkce === 'ignored') return true;
      const row = database.row('SELECT challenge FROM code_challenges WHERE code_hash = ?', fingerprintOf(code));
      if (row === undefined) return codeVerifier === '';
      return row['challenge'] === createHash('sha256').update(codeVerifier).digest('base64url');
    },
  };
}
