import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { replaceFile } from '../../adapters/objects/atomic-file.ts';

/**
 * Who may read the operator's files is the operator: the address to sign in at lies in a file (0600) and in no log. Its key works once;
 * then the next one lies there.
 */
export interface SignIn {
  /** A session in exchange for the key; undefined where it is not the current one. */
  begin(key: string): Promise<string | undefined>;
  isOpen(session: string | undefined): boolean;
  end(session: string | undefined): void;
  /** Removes the file. */
  close(): Promise<void>;
}

/** Seconds that a session lives. */
export const sessionSeconds = 12 * 3_600;

/** Opens the door: writes the first address to the file. */
export async function openSignIn(door: {
  readonly file: string;
  readonly addressOf: (key: string) => string;
  readonly clock: () => number;
}): Promise<SignIn> {
  const { file, addressOf, clock } = door;
  const sessions = new Map<string, number>();
  let expected = '';

  async function newKey(): Promise<void> {
    const key = secret();
    await replaceFile(file, Buffer.from(`${addressOf(key)}\n`));
    expected = digest(key);
  }

  await newKey();
  return {
    async begin(key) {
      if (digest(key) !== expected) return undefined;
      // Before anything is waited for: of two that come at once, one gets in.
      expected = '';
      await newKey();
      const session = secret();
      sessions.set(digest(session), clock() + sessionSeconds * 1000);
      return session;
    },
    isOpen: (session) => session !== undefined && (sessions.get(digest(session)) ?? 0) > clock(),
    end: (session) => void (session !== undefined && sessions.delete(digest(session))),
    close: () => rm(file, { force: true }),
  };
}

const secret = (): string => randomBytes(32).toString('base64url');
/** What is compared and kept is a digest, so that neither its time nor a memory dump tells the secret. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
