import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns, growing, tableEnd } from '../dialect.ts'

export const first: Migration = {
  async up(db: Kysely<unknown>) {
    await accounts(db)
    await people(db)
    await traffic(db)
  },
}

/** Who may do what: projects, keys, Meta apps, numbers. Small tables. */
async function accounts(db: Kysely<unknown>) {
  const { integer, text } = columns(db)
  await db.schema
    .createTable('projects')
    .addColumn('id', integer, (c) => c.notNull().primaryKey())
    .addColumn('uuid', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .modifyEnd(tableEnd(db))
    .execute()

  await db.schema
    .createTable('data_keys')
    .addColumn('project_id', integer, (c) => c.notNull().references('projects.id'))
    .addColumn('id', integer, (c) => c.notNull())
    .addColumn('sealed', text, (c) => c.notNull())
    .addColumn('master_key_id', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('data_keys_pk', ['project_id', 'id'])
    .modifyEnd(tableEnd(db))
    .execute()

  await db.schema
    .createTable('api_keys')
    .addColumn('id', integer, (c) => c.notNull().primaryKey())
    .addColumn('uuid', text, (c) => c.notNull())
    .addColumn('project_id', integer, (c) => c.references('projects.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull().unique())
    .addColumn('prefix', text, (c) => c.notNull())
    .addColumn('last4', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('last_used_at', integer)
    .addColumn('expires_at', integer)
    .addColumn('revoked_at', integer)
    .modifyEnd(tableEnd(db))
    .execute()

  await db.schema
    .createTable('meta_apps')
    .addColumn('project_id', integer, (c) => c.notNull().references('projects.id'))
    .addColumn('id', integer, (c) => c.notNull())
    .addColumn('uuid', text, (c) => c.notNull())
    .addColumn('slug', text, (c) => c.notNull().unique())
    .addColumn('app_secret', text, (c) => c.notNull())
    .addColumn('verify_token', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('meta_apps_pk', ['project_id', 'id'])
    .modifyEnd(tableEnd(db))
    .execute()

  await db.schema
    .createTable('phone_numbers')
    .addColumn('project_id', integer, (c) => c.notNull().references('projects.id'))
    .addColumn('id', integer, (c) => c.notNull())
    .addColumn('uuid', text, (c) => c.notNull())
    // A number belongs to one project (ours): a second claim meets this constraint.
    .addColumn('phone_number_id', text, (c) => c.notNull().unique())
    .addColumn('business_account_id', text, (c) => c.notNull())
    .addColumn('meta_app_id', integer)
    .addColumn('customer_id', text)
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('simulated', integer, (c) => c.notNull())
    .addColumn('access_token', text, (c) => c.notNull())
    .addColumn('access_token_digest', text, (c) => c.notNull())
    .addColumn('details', text, (c) => c.notNull())
    .addColumn('is_coexistence', integer, (c) => c.notNull())
    .addColumn('inbound_processing_enabled', integer, (c) => c.notNull())
    .addColumn('calls_enabled', integer, (c) => c.notNull())
    .addColumn('webhook_verified_at', integer)
    .addColumn('history_complete_since', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('phone_numbers_pk', ['project_id', 'id'])
    .modifyEnd(tableEnd(db))
    .execute()
  await index(db, 'phone_numbers', ['access_token_digest'])
  await index(db, 'phone_numbers', ['business_account_id'])
}

/** People and what they and the business have going on. */
async function people(db: Kysely<unknown>) {
  const { integer, text } = columns(db)
  await growing(db, 'contacts')
    .addColumn('uuid', text, (c) => c.notNull())
    .addColumn('wa_id', text)
    .addColumn('user_id', text)
    .addColumn('profile_name', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .execute()
  await index(db, 'contacts', ['project_id', 'wa_id'], 'unique')
  await index(db, 'contacts', ['project_id', 'user_id'], 'unique')

  await growing(db, 'conversations')
    .addColumn('uuid', text, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('contact', integer, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('messages_count', integer, (c) => c.notNull())
    .addColumn('last_message', integer, (c) => c.notNull())
    .addColumn('last_active_at', integer, (c) => c.notNull())
    .addColumn('last_inbound_at', integer)
    .addColumn('last_outbound_at', integer)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .execute()
  // At most one active conversation for a person and a number (ours).
  await sql`create unique index conversations_active on conversations (project_id, phone_number, contact)
    where status = 'active'`.execute(db)

  await db.schema
    .createTable('customer_service_windows')
    .addColumn('project_id', integer, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('contact', integer, (c) => c.notNull())
    .addColumn('last_inbound_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_service_windows_pk', ['project_id', 'phone_number', 'contact'])
    .modifyEnd(tableEnd(db, 'lean'))
    .execute()
}

/** What grows with every message: few indexes, and the only random one is over 52-bit hashes. */
async function traffic(db: Kysely<unknown>) {
  const { integer, text, bytes } = columns(db)
  await growing(db, 'sends')
    .addColumn('uuid', text, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('recipient', text)
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('body', bytes, (c) => c.notNull())
    .addColumn('traceable', integer, (c) => c.notNull())
    .addColumn('http_status', integer)
    .addColumn('answer', bytes)
    .addColumn('wamid', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('settled_at', integer)
    .execute()
  await sql`create index sends_unsettled on sends (state, id) where state in ('intent', 'in_doubt')`.execute(db)

  await growing(db, 'messages')
    .addColumn('uuid', text, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('conversation', integer, (c) => c.notNull())
    .addColumn('contact', integer, (c) => c.notNull())
    .addColumn('wamid', text, (c) => c.notNull())
    .addColumn('direction', text, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('timestamp', integer, (c) => c.notNull())
    .addColumn('payload', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('message_ids')
    .addColumn('project_id', integer, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('hash', integer, (c) => c.notNull())
    .addColumn('message', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('message_ids_pk', ['project_id', 'phone_number', 'hash'])
    .modifyEnd(tableEnd(db, 'lean'))
    .execute()

  await db.schema
    .createTable('statuses')
    .addColumn('project_id', integer, (c) => c.notNull())
    .addColumn('message', integer, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('timestamp', integer, (c) => c.notNull())
    .addColumn('participant', text, (c) => c.notNull())
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('received_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('statuses_pk', ['project_id', 'message', 'status', 'timestamp', 'participant'])
    .modifyEnd(tableEnd(db, 'lean'))
    .execute()

  await db.schema
    .createTable('parked_statuses')
    .addColumn('project_id', integer, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('hash', integer, (c) => c.notNull())
    .addColumn('wamid', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('timestamp', integer, (c) => c.notNull())
    .addColumn('participant', text, (c) => c.notNull())
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('received_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('parked_statuses_pk', [
      'project_id',
      'phone_number',
      'hash',
      'wamid',
      'status',
      'timestamp',
      'participant',
    ])
    .modifyEnd(tableEnd(db, 'lean'))
    .execute()

  await growing(db, 'media')
    .addColumn('media_id', text, (c) => c.notNull())
    .addColumn('phone_number', integer, (c) => c.notNull())
    .addColumn('direction', text, (c) => c.notNull())
    .addColumn('mime_type', text)
    .addColumn('sha256', text)
    .addColumn('byte_size', integer)
    .addColumn('filename', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('deleted_at', integer)
    .execute()
  await index(db, 'media', ['project_id', 'media_id'], 'unique')
  await index(db, 'media', ['media_id'])

  await growing(db, 'templates')
    .addColumn('business_account_id', text, (c) => c.notNull())
    .addColumn('template_id', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('language', text, (c) => c.notNull())
    .addColumn('category', text)
    .addColumn('status', text)
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .execute()
  await index(db, 'templates', ['project_id', 'template_id'], 'unique')
  await index(db, 'templates', ['template_id'])

  await growing(db, 'raw_webhooks')
    .addColumn('meta_app', integer, (c) => c.notNull())
    .addColumn('body', bytes, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('error', text)
    .addColumn('processed_at', integer)
    .addColumn('created_at', integer, (c) => c.notNull())
    .execute()
  await sql`create index raw_webhooks_stored on raw_webhooks (id) where state = 'stored'`.execute(db)
}

async function index(db: Kysely<unknown>, table: string, columns: string[], unique?: 'unique') {
  const builder = db.schema
    .createIndex(`${table}_${columns.join('_')}`)
    .on(table)
    .columns(columns)
  await (unique ? builder.unique() : builder).execute()
}
