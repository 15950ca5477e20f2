import { randomUUID } from 'node:crypto';

import { asSecretId, type CounterpartId, type SecretId, type TransferId } from '../../schemas/ids.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { KeptToken, PreparedSecret, SecretKind, SecretRows } from '../ledger/secret-rows.ts';
import { newTransferKey, openText, sealText, unwrapKey } from './seal-secret.ts';

export interface NewSecret {
  readonly transferId: TransferId;
  readonly kind: SecretKind;
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export interface OpenSecret {
  readonly value: string;
  readonly expiresAtMs: number;
  /** Keyed hash of the value, 16 hex digits: tells secrets apart without telling them. */
  readonly fingerprint: string;
}

/** Tokens, codes and link states (design.md, rule 4): sealed in the ledger database under a key per transfer, which the key ring wraps. */
export interface SecretStore {
  /** Names and fingerprints a secret now, and stores it in the transaction of the deed, event or link that it is handed to. */
  prepare(secret: NewSecret): PreparedSecret;
  /** Stores a secret in a transaction of its own. */
  put(secret: NewSecret): Promise<{ readonly secretId: SecretId; readonly fingerprint: string }>;
  /** Undefined where it was destroyed. Throws OBJECT_UNREADABLE where it was altered or our keys do not open it. */
  open(secretId: SecretId): Promise<OpenSecret | undefined>;
  /** Deletes a secret and, with the last one of its transfer, the transfer's key; what is gone already is fine. */
  destroy(secretId: SecretId): Promise<void>;
  /** Deletes every secret of a transfer but the one that is named, and its key where none is left. */
  destroyAll(transferId: TransferId, keep?: SecretId): Promise<void>;
  /** The refresh tokens that were kept of a member's ended transfers at a counterpart, the newest first. */
  kept(of: { readonly counterpartId: CounterpartId; readonly memberKey: string }): Promise<readonly KeptToken[]>;
  /** Those of all members that are kept longer than they may serve. */
  keptTooLong(nowMs: number): Promise<readonly KeptToken[]>;
  /**
   * Opens a kept secret and makes it ready to go over to another transfer, under a new id and that one's key: it is taken from the
   * first in the transaction that it is handed to, which SecretGone undoes where somebody else has it meanwhile. Undefined where it
   * is gone already.
   */
  prepareMove(secretId: SecretId, to: TransferId): Promise<MovedSecret | undefined>;
}

export interface MovedSecret extends PreparedSecret {
  readonly value: string;
}

/** A secret that was to go over to another transfer was taken or destroyed meanwhile. */
export class SecretGone extends Error {
  override readonly name = 'SecretGone';
}

/** The secret store in the database of a ledger. */
export function openSecretStore({
  ledger,
  keys: ring,
}: {
  readonly ledger: Ledger;
  readonly keys: KeyRing;
}): SecretStore {
  const keys = ring.sealingKeys('secrets');
  const rows = ledger.secretRows;

  function prepare(secret: NewSecret): PreparedSecret {
    const secretId = asSecretId(randomUUID());
    const fingerprint = ring.fingerprint(secret.value);
    return {
      secretId,
      fingerprint,
      store: async (within) => {
        const key = await keyOfTransfer(within, secret.transferId);
        const sealed = await sealText(secret.value, key, secretId);
        const { transferId, kind, expiresAtMs } = secret;
        await within.insert({ secretId, transferId, kind, fingerprint, sealed, expiresAtMs });
      },
    };
  }

  /** The key that the transfer's secrets are sealed under, made with the first secret. */
  async function keyOfTransfer(within: SecretRows, transferId: TransferId): Promise<Uint8Array> {
    const wrapped =
      (await within.wrappedKey(transferId)) ??
      (await within.keepWrappedKey(transferId, await newTransferKey(keys, transferId)));
    return await unwrapKey(wrapped, keys, transferId);
  }

  async function open(secretId: SecretId): Promise<OpenSecret | undefined> {
    const row = await rows.get(secretId);
    const wrapped = row && (await rows.wrappedKey(row.transferId));
    if (row === undefined || wrapped === undefined) return undefined;
    const key = await unwrapKey(wrapped, keys, row.transferId);
    const value = await openText(row.sealed, key, secretId);
    return { value, expiresAtMs: row.expiresAtMs, fingerprint: row.fingerprint };
  }

  return {
    prepare,
    async put(secret) {
      const { secretId, fingerprint, store } = prepare(secret);
      await rows.atomically(store);
      return { secretId, fingerprint };
    },
    open,
    async destroy(secretId) {
      if (await rows.remove(secretId)) await ledger.forgetDeleted();
    },
    kept: async (of) => await rows.kept(of),
    keptTooLong: async (nowMs) => await rows.keptTooLong(nowMs),
    async prepareMove(from, to) {
      const row = await rows.get(from);
      const opened = row && (await open(from));
      if (row === undefined || opened === undefined) return undefined;
      const { value, expiresAtMs } = opened;
      const moved = prepare({ transferId: to, kind: row.kind, value, expiresAtMs });
      const store: PreparedSecret['store'] = async (within) => {
        if (!(await within.remove(from))) throw new SecretGone();
        await moved.store(within);
      };
      return { ...moved, value, store };
    },
    async destroyAll(transferId, keep) {
      await rows.removeAll(transferId, keep);
      await ledger.forgetDeleted();
    },
  };
}
