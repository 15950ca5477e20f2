import type { Selectable } from 'kysely';

import { asSecretId, asTransferId, type SecretId, type TransferId } from '../../schemas/ids.ts';
import { workOnTransfer } from './append-events.ts';
import { atomically } from './atomically.ts';
import type { PreparedSecret } from './secret-rows.ts';
import type { LedgerDatabase, LedgerTables } from './tables.ts';
import { lockTransfer } from './transfer-row.ts';

/** An authorization link. Its one-time state is a secret of the kind `link-state`; here is only the hash. */
export interface Link {
  readonly stateHash: string;
  readonly transferId: TransferId;
  readonly revision: number;
  readonly secretId: SecretId;
  /** The code verifier, where the link was issued with PKCE: a secret of the kind `code-verifier`. */
  readonly verifierId?: SecretId;
  readonly issuedAt: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly usedAt?: string;
}

export interface NewLink {
  readonly stateHash: string;
  readonly transferId: TransferId;
  /** 1 for the first link of a transfer. */
  readonly revision: number;
  /** The state itself, sealed. */
  readonly state: PreparedSecret;
  /** The code verifier, sealed, where the counterpart's profile asks for PKCE. */
  readonly verifier?: PreparedSecret;
  readonly expiresAtMs: number;
  /** `worker` where left out. */
  readonly actor?: string;
}

export type LinkUse =
  | { readonly kind: 'ok'; readonly transferId: TransferId; readonly revision: number }
  /** `replaced`: a newer link of the same transfer is there to be used. */
  | { readonly kind: 'unknown' | 'used' | 'expired' | 'replaced' };

export type Links = ReturnType<typeof linksOf>;

export function linksOf(db: LedgerDatabase, clock: () => number) {
  return {
    /**
     * Issues a link: its row, its sealed state and verifier, and its `link-issued` event (subject `revision/N`) in one
     * transaction. A transfer has one link per revision: asked again, the first one is returned and the new secrets are
     * dropped. Links of earlier revisions stop working.
     */
    issue: async (link: NewLink): Promise<{ readonly kind: 'issued' | 'repeated'; readonly link: Link }> =>
      await atomically(db, async (transaction) => await issue(transaction, clock, link)),

    /** Uses a link up. Of several that try at once, one gets `ok`. */
    async use(stateHash: string, nowMs: number): Promise<LinkUse> {
      return await atomically(db, async (transaction) => {
        const used = await transaction
          .updateTable('link')
          .set({ used_at: new Date(nowMs).toISOString() })
          .where('state_hash', '=', stateHash)
          .where('used_at', 'is', null)
          .where('expires_at_ms', '>', nowMs)
          .returning(['transfer_id', 'revision'])
          .executeTakeFirst();
        if (used !== undefined) {
          return { kind: 'ok', transferId: asTransferId(used.transfer_id), revision: used.revision };
        }
        const link = await transaction
          .selectFrom('link')
          .select(['used_at', 'transfer_id', 'revision'])
          .where('state_hash', '=', stateHash)
          .executeTakeFirst();
        if (link === undefined) return { kind: 'unknown' };
        const newest = await newestLink(transaction, asTransferId(link.transfer_id));
        if (newest !== undefined && newest.revision > link.revision && canBeUsed(newest, nowMs))
          return { kind: 'replaced' };
        return { kind: link.used_at === null ? 'expired' : 'used' };
      });
    },

    /** The link with this state, used or not. */
    async find(stateHash: string): Promise<Link | undefined> {
      const row = await db.selectFrom('link').selectAll().where('state_hash', '=', stateHash).executeTakeFirst();
      return row === undefined ? undefined : linkOf(row);
    },

    /** The link of one revision, used or not. */
    async ofRevision(transferId: TransferId, revision: number): Promise<Link | undefined> {
      return await linkOfRevision(db, transferId, revision);
    },

    /** The link of the highest revision. */
    current: async (transferId: TransferId): Promise<Link | undefined> => await newestLink(db, transferId),
  };
}

async function newestLink(db: LedgerDatabase, transferId: TransferId): Promise<Link | undefined> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('transfer_id', '=', transferId)
    .orderBy('revision', 'desc')
    .executeTakeFirst();
  return row === undefined ? undefined : linkOf(row);
}

/** False where a link was used, or is past its life. */
export function canBeUsed({ usedAt, expiresAtMs }: Link, nowMs: number): boolean {
  return usedAt === undefined && expiresAtMs > nowMs;
}

async function issue(
  db: LedgerDatabase,
  clock: () => number,
  { stateHash, transferId, revision, state, verifier, expiresAtMs, actor = 'worker' }: NewLink,
): Promise<{ readonly kind: 'issued' | 'repeated'; readonly link: Link }> {
  await lockTransfer(db, transferId);
  const earlier = await linkOfRevision(db, transferId, revision);
  if (earlier !== undefined) return { kind: 'repeated', link: earlier };

  const nowMs = clock();
  await db
    .updateTable('link')
    .set({ expires_at_ms: nowMs })
    .where('transfer_id', '=', transferId)
    .where('expires_at_ms', '>', nowMs)
    .execute();
  const row = {
    state_hash: stateHash,
    transfer_id: transferId,
    revision,
    secret_id: state.secretId,
    verifier_secret_id: verifier?.secretId ?? null,
    issued_at: new Date(nowMs).toISOString(),
    expires_at_ms: expiresAtMs,
    used_at: null,
  };
  await db.insertInto('link').values(row).execute();
  const expiresAt = new Date(expiresAtMs).toISOString();
  const body = { kind: 'link-issued', revision, stateHash, expiresAt } as const;
  const event = { subject: `revision/${revision}`, tryNumber: 1, actor, body };
  const secrets = verifier === undefined ? [state] : [state, verifier];
  await workOnTransfer(db, clock, transferId, (transfer) => transfer.append(event, { secrets }));
  return { kind: 'issued', link: linkOf(row) };
}

async function linkOfRevision(db: LedgerDatabase, transferId: TransferId, revision: number): Promise<Link | undefined> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('transfer_id', '=', transferId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row === undefined ? undefined : linkOf(row);
}

function linkOf(row: Selectable<LedgerTables['link']>): Link {
  return {
    stateHash: row.state_hash,
    transferId: asTransferId(row.transfer_id),
    revision: row.revision,
    secretId: asSecretId(row.secret_id),
    ...(row.verifier_secret_id !== null && { verifierId: asSecretId(row.verifier_secret_id) }),
    issuedAt: row.issued_at,
    expiresAtMs: row.expires_at_ms,
    ...(row.used_at === null ? {} : { usedAt: row.used_at }),
  };
}
