import { asSecretId, asTransferId, type CounterpartId, type SecretId, type TransferId } from '../../schemas/ids.ts';
import { atomically } from './atomically.ts';
import type { LedgerDatabase } from './tables.ts';

export type SecretKind = 'access-token' | 'refresh-token' | 'authorization-code' | 'link-state' | 'code-verifier';

/** A row of the secret table. The ledger sees only sealed text; adapters/secrets seals and opens. */
export interface SecretRow {
  readonly secretId: SecretId;
  readonly transferId: TransferId;
  readonly kind: SecretKind;
  readonly fingerprint: string;
  readonly sealed: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** A secret that is ready to be stored in somebody else's transaction, together with the event that speaks of it. */
export interface PreparedSecret {
  readonly secretId: SecretId;
  readonly fingerprint: string;
  readonly store: (rows: SecretRows) => Promise<void>;
}

/** A refresh token that outlived its transfer. */
export interface KeptToken {
  readonly secretId: SecretId;
  readonly transferId: TransferId;
  /** Milliseconds since 1970; afterwards it serves nobody. */
  readonly expiresAtMs: number;
}

export interface SecretRows extends ReturnType<typeof statementsOn> {
  /** Runs several of these in one transaction. */
  atomically<T>(work: (rows: SecretRows) => Promise<T>): Promise<T>;
}

/** The rows of sealed secrets and of the wrapped key that each transfer has while it has secrets. */
export function secretRowsOf(db: LedgerDatabase, clock: () => number): SecretRows {
  return {
    ...statementsOn(db, clock),
    atomically: async (work) =>
      await atomically(db, async (transaction) => await work(secretRowsOf(transaction, clock))),
  };
}

function statementsOn(db: LedgerDatabase, clock: () => number) {
  return {
    async wrappedKey(transferId: TransferId): Promise<string | undefined> {
      const row = await db
        .selectFrom('secret_key')
        .select('wrapped_key')
        .where('transfer_id', '=', transferId)
        .executeTakeFirst();
      return row?.wrapped_key;
    },

    /** Keeps the wrapped key of a transfer, or returns the one that is there. */
    async keepWrappedKey(transferId: TransferId, wrappedKey: string): Promise<string> {
      const row = await db
        .insertInto('secret_key')
        .values({ transfer_id: transferId, wrapped_key: wrappedKey })
        .onConflict((conflict) =>
          conflict.column('transfer_id').doUpdateSet((the) => ({ wrapped_key: the.ref('secret_key.wrapped_key') })),
        )
        .returning('wrapped_key')
        .executeTakeFirstOrThrow();
      return row.wrapped_key;
    },

    async insert(row: SecretRow): Promise<void> {
      await db
        .insertInto('secret')
        .values({
          secret_id: row.secretId,
          transfer_id: row.transferId,
          kind: row.kind,
          fingerprint: row.fingerprint,
          sealed: row.sealed,
          expires_at_ms: row.expiresAtMs,
          created_at: new Date(clock()).toISOString(),
        })
        .execute();
    },

    async get(secretId: SecretId): Promise<SecretRow | undefined> {
      const row = await db.selectFrom('secret').selectAll().where('secret_id', '=', secretId).executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        secretId: asSecretId(row.secret_id),
        transferId: asTransferId(row.transfer_id),
        kind: row.kind as SecretKind,
        fingerprint: row.fingerprint,
        sealed: row.sealed,
        expiresAtMs: row.expires_at_ms,
      };
    },

    /** Removes a secret and, with the last one of a transfer, the transfer's key. False where it was gone already. */
    async remove(secretId: SecretId): Promise<boolean> {
      return await atomically(db, async (transaction) => {
        const gone = await transaction
          .deleteFrom('secret')
          .where('secret_id', '=', secretId)
          .returning('transfer_id')
          .executeTakeFirst();
        if (gone === undefined) return false;
        await removeKeyWithoutSecrets(transaction, gone.transfer_id);
        return true;
      });
    },

    /** Removes every secret of a transfer but the one that is named, and its key where none is left. */
    async removeAll(transferId: TransferId, keep?: SecretId): Promise<void> {
      await atomically(db, async (transaction) => {
        await transaction
          .deleteFrom('secret')
          .where('transfer_id', '=', transferId)
          .where('secret_id', '!=', keep ?? '')
          .execute();
        await removeKeyWithoutSecrets(transaction, transferId);
      });
    },

    /** The refresh tokens that were kept of a member's ended transfers at a counterpart, the newest first. */
    async kept(of: {
      readonly counterpartId: CounterpartId;
      readonly memberKey: string;
    }): Promise<readonly KeptToken[]> {
      const rows = await keptTokens(db)
        .where('transfer.member_key', '=', of.memberKey)
        .where('transfer.counterpart_id', '=', of.counterpartId)
        .orderBy('secret.created_at', 'desc')
        .orderBy('secret.secret_id')
        .execute();
      return rows.map(keptToken);
    },

    /** Those of all members that serve nobody any more at this time, in milliseconds since 1970. */
    async keptTooLong(nowMs: number): Promise<readonly KeptToken[]> {
      const rows = await keptTokens(db)
        .where('secret.expires_at_ms', '<=', nowMs)
        .orderBy('secret.secret_id')
        .execute();
      return rows.map(keptToken);
    },
  };
}

/** Only a transfer that stored its record, and so has ended, keeps one. */
function keptTokens(db: LedgerDatabase) {
  return db
    .selectFrom('secret')
    .innerJoin('transfer', 'transfer.transfer_id', 'secret.transfer_id')
    .select(['secret.secret_id', 'secret.transfer_id', 'secret.expires_at_ms'])
    .where('transfer.state', '=', 'stored')
    .where('secret.kind', '=', 'refresh-token');
}

function keptToken(row: {
  readonly secret_id: string;
  readonly transfer_id: string;
  readonly expires_at_ms: number;
}): KeptToken {
  return {
    secretId: asSecretId(row.secret_id),
    transferId: asTransferId(row.transfer_id),
    expiresAtMs: row.expires_at_ms,
  };
}

async function removeKeyWithoutSecrets(db: LedgerDatabase, transferId: string): Promise<void> {
  await db
    .deleteFrom('secret_key')
    .where('transfer_id', '=', transferId)
    .where((the) =>
      the.not(the.exists(the.selectFrom('secret').select('secret_id').where('transfer_id', '=', transferId))),
    )
    .execute();
}
