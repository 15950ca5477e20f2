import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Every change of the ledger's tables, in order. Only added to; the SQL is the same on SQLite and PostgreSQL. */
export const migrations: Record<string, Migration> = {
  '001-frame': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createMeta(db);
      await createBatch(db);
      await createTransfer(db);
      await createEvent(db);
      await createDeed(db);
      await createSecret(db);
      await createLink(db);
      await createSentResource(db);
      await createPacing(db);
    },
  },
  '002-onboarding': {
    up: async (db: Kysely<unknown>): Promise<void> => await createOnboarding(db),
  },
  // What was sent follows from plans and accounts.
  '003-without-sent-resource': {
    up: async (db: Kysely<unknown>): Promise<void> => await db.schema.dropTable('sent_resource').execute(),
  },
  '004-pacing-leases': {
    up: async (db: Kysely<unknown>): Promise<void> => await createLeases(db),
  },
  '005-handed-in-tokens': {
    up: async (db: Kysely<unknown>): Promise<void> => await createHandedInToken(db),
  },
  '006-link-verifier': {
    up: async (db: Kysely<unknown>): Promise<void> =>
      await db.schema.alterTable('link').addColumn('verifier_secret_id', 'text').execute(),
  },
  '007-updates': {
    up: async (db: Kysely<unknown>): Promise<void> => await addUpdates(db),
  },
  '008-batch-purge': {
    up: async (db: Kysely<unknown>): Promise<void> => await createBatchPurge(db),
  },
};

async function createMeta(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}

async function createBatch(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('batch')
    .addColumn('batch_id', 'text', (column) => column.primaryKey())
    .addColumn('direction', 'text', (column) => column.notNull().check(sql`direction in ('receive', 'send')`))
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('profile_hash', 'text', (column) => column.notNull())
    .addColumn('profile_object', 'text', (column) => column.notNull())
    .addColumn('roster_object', 'text', (column) => column.notNull())
    .addColumn('roster_hash', 'text', (column) => column.notNull())
    .addColumn('source_dir_object', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('rows', 'integer')
    .addColumn('launched', 'integer', (column) => column.notNull())
    .addColumn('closed_at', 'text')
    .addColumn('head_hash', 'text')
    .execute();
  await index(db, 'batch', ['roster_hash', 'counterpart_id']);
}

async function createTransfer(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('transfer')
    .addColumn('transfer_id', 'text', (column) => column.primaryKey())
    .addColumn('batch_id', 'text', (column) => column.notNull().references('batch.batch_id'))
    .addColumn('line', 'integer', (column) => column.notNull())
    .addColumn('row_key', 'text', (column) => column.notNull())
    .addColumn('member_key', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('record_object', 'text', (column) => column.notNull())
    .addColumn('record_revision', 'integer', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('head_seq', 'integer', (column) => column.notNull())
    .addColumn('head_hash', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('projection', 'text', (column) => column.notNull())
    .addColumn('resources', 'integer', (column) => column.notNull())
    .addColumn('open', 'integer', (column) => column.notNull())
    .addColumn('confirmed', 'integer', (column) => column.notNull())
    .addColumn('refused', 'integer', (column) => column.notNull())
    .addColumn('unknown', 'integer', (column) => column.notNull())
    .addColumn('withheld', 'integer', (column) => column.notNull())
    .addColumn('repeats', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  await index(db, 'transfer', ['batch_id', 'state']);
  await index(db, 'transfer', ['batch_id', 'line']);
  await index(db, 'transfer', ['batch_id', 'row_key']);
  await index(db, 'transfer', ['member_key', 'counterpart_id']);
}

async function createEvent(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('event')
    .addColumn('transfer_id', 'text', (column) => column.notNull().references('transfer.transfer_id'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('try_number', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('event_pk', ['transfer_id', 'seq'])
    .addUniqueConstraint('event_key', ['transfer_id', 'kind', 'subject', 'try_number'])
    .execute();
}

async function createDeed(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('deed')
    .addColumn('deed_id', 'text', (column) => column.primaryKey())
    .addColumn('transfer_id', 'text', (column) => column.notNull().references('transfer.transfer_id'))
    .addColumn('signal', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('event_seq', 'integer', (column) => column.notNull())
    .addColumn('delivered_at', 'text')
    .execute();
  await index(db, 'deed', ['delivered_at', 'at']);
}

async function createSecret(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('secret_key')
    .addColumn('transfer_id', 'text', (column) => column.primaryKey().references('transfer.transfer_id'))
    .addColumn('wrapped_key', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('secret')
    .addColumn('secret_id', 'text', (column) => column.primaryKey())
    .addColumn('transfer_id', 'text', (column) => column.notNull().references('secret_key.transfer_id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
  await index(db, 'secret', ['transfer_id']);
  await index(db, 'secret', ['fingerprint']);
}

async function createLink(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('link')
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('transfer_id', 'text', (column) => column.notNull().references('transfer.transfer_id'))
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('secret_id', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'text')
    .addUniqueConstraint('link_revision', ['transfer_id', 'revision'])
    .execute();
}

async function createSentResource(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sent_resource')
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('resource_key', 'text', (column) => column.notNull())
    .addColumn('transfer_id', 'text', (column) => column.notNull().references('transfer.transfer_id'))
    .addColumn('fate', 'text', (column) => column.notNull().check(sql`fate in ('unknown', 'confirmed')`))
    .addColumn('content_hash', 'text', (column) => column.notNull())
    .addColumn('unsettled_tries', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('sent_resource_pk', ['counterpart_id', 'resource_key', 'transfer_id'])
    .execute();
}

async function createPacing(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pacing')
    .addColumn('counterpart_id', 'text', (column) => column.primaryKey())
    .addColumn('tokens', 'double precision', (column) => column.notNull())
    .addColumn('refilled_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('not_before_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('lease')
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('transfer_id', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('lease_pk', ['counterpart_id', 'transfer_id'])
    .execute();
}

/** Leases live for a minute, and nothing held any before this: the earlier table goes. */
async function createLeases(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('lease').execute();
  await db.schema
    .createTable('member_lease')
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('transfer_id', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('in_flight', 'integer', (column) => column.notNull())
    .addColumn('token_ends_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('member_lease_pk', ['counterpart_id', 'transfer_id'])
    .execute();
}

/** Begins with the tokens that are alive. */
async function createHandedInToken(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('handed_in_token')
    .addColumn('fingerprint', 'text', (column) => column.primaryKey())
    .addColumn('transfer_id', 'text', (column) => column.notNull().references('transfer.transfer_id'))
    .execute();
  await sql`insert into handed_in_token (fingerprint, transfer_id)
    select fingerprint, min(transfer_id) from secret where kind = 'access-token' group by fingerprint`.execute(db);
}

/** Batches of before are no updates. */
async function addUpdates(db: Kysely<unknown>): Promise<void> {
  const alter = () => db.schema.alterTable('batch');
  await alter()
    .addColumn('is_update', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await alter().addColumn('update_of', 'text').execute();
}

async function createOnboarding(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('onboarding')
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('attempted', 'answered', 'granted')`))
    .addColumn('message_id', 'text')
    .addColumn('mail_object', 'text')
    .addColumn('outcome', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('onboarding_pk', ['counterpart_id', 'seq'])
    .execute();
}

async function index(db: Kysely<unknown>, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex([table, ...columns].join('_'))
    .on(table)
    .columns([...columns])
    .execute();
}

async function createBatchPurge(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('batch_purge')
    .addColumn('batch_id', 'text', (column) => column.primaryKey().references('batch.batch_id'))
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .execute();
}
