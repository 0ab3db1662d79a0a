import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns, dropSequence, isShared, tableEnd } from '../dialect.ts'

/** Everything that ends a send: keys of clients, doubts and how they end, one send per recipient, processes that share. */
export const sendOutcomes: Migration = {
  async up(db: Kysely<unknown>) {
    await sends(db)
    await keys(db)
    await processes(db)
    await switches(db)
  },
}

async function sends(db: Kysely<unknown>) {
  const { integer, text } = columns(db)
  const column = (name: string, type: typeof integer, preset?: string) =>
    db.schema
      .alterTable('sends')
      .addColumn(name, type, (c) => (preset === undefined ? c : c.notNull().defaultTo(preset)))
      .execute()
  await column('version', text, 'v24.0')
  await column('edge', text, 'messages')
  await column('fingerprint', integer)
  await column('idempotency_key', text)
  await column('resolution', text)
  await column('resend_of', integer)
  await db.schema
    .alterTable('sends')
    .addColumn('owed', integer, (c) => c.notNull().defaultTo(0))
    .execute()
  // What was on its way when the older version ended may or may not have reached Meta.
  await sql`update sends set state = 'in_doubt', owed = 1 where state in ('intent', 'in_doubt')`.execute(db)
  await sql`drop index sends_unsettled`.execute(db)
  await sql`create index sends_owed on sends (project_id, phone_number, fingerprint) where owed = 1`.execute(db)
  // One send per recipient is on its way at a time (ours), whichever process sends it; a process alone sees to it by itself.
  if (isShared(db)) {
    await sql`create unique index sends_in_flight on sends (project_id, phone_number, recipient)
      where state = 'intent'`.execute(db)
  }
  await sql`create index sends_doubtful on sends (project_id, id) where state in ('in_doubt', 'unresolved')`.execute(db)
  await sql`create index sends_resent on sends (project_id, resend_of) where resend_of is not null`.execute(db)
}

async function keys(db: Kysely<unknown>) {
  const { integer, text, bytes } = columns(db)
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('project_id', integer, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('claim', integer, (c) => c.notNull())
    .addColumn('fingerprint', text, (c) => c.notNull())
    .addColumn('send', integer)
    .addColumn('http_status', integer)
    .addColumn('answer', bytes)
    .addPrimaryKeyConstraint('idempotency_keys_pk', ['project_id', 'key'])
    .modifyEnd(tableEnd(db, 'lean'))
    .execute()
  await db.schema.createIndex('idempotency_keys_claim').on('idempotency_keys').column('claim').execute()
}

async function processes(db: Kysely<unknown>) {
  const { integer } = columns(db)
  // What gave out the shares of row keys before.
  await dropSequence(db, 'process_shares')
  await db.schema
    .createTable('processes')
    .addColumn('share', integer, (c) => c.notNull().primaryKey())
    .addColumn('since', integer, (c) => c.notNull())
    .addColumn('alive_until', integer, (c) => c.notNull())
    .modifyEnd(tableEnd(db))
    .execute()
}

async function switches(db: Kysely<unknown>) {
  const { integer } = columns(db)
  for (const name of ['trace_sends', 'hold_twins']) {
    await db.schema
      .alterTable('phone_numbers')
      .addColumn(name, integer, (c) => c.notNull().defaultTo(1))
      .execute()
  }
}
