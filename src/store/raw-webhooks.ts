import { sql } from 'kysely'
import type { Db, Tx } from './db.ts'
import { given, rowsAsText } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { RawWebhookRow } from './tables.ts'

// The state is written out, because a partial index is not used for a value that is bound later.
const selectStored = statement((query, arg: Args<{ limit: number }>) =>
  query.selectFrom('raw_webhooks').selectAll().where('state', '=', sql.lit('stored')).orderBy('id').limit(arg.limit),
)

/** The oldest webhooks that have not been understood yet. */
export async function stored(db: Db, limit: number): Promise<RawWebhookRow[]> {
  return selectStored(db, { limit })
}

type New = { project_id: number; id: number; meta_app: number; body: Uint8Array }

const insertOne = statement((query, arg: Args<New>) =>
  query.insertInto('raw_webhooks').values({
    project_id: arg.project_id,
    id: arg.id,
    meta_app: arg.meta_app,
    body: arg.body,
    state: 'stored',
    created_at: arg.id,
  }),
)

export async function insert(tx: Tx, webhook: New): Promise<void> {
  await insertOne(tx, webhook)
}

const insertGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .insertInto('raw_webhooks')
    .columns(['project_id', 'id', 'meta_app', 'body', 'state', 'created_at'])
    .expression(
      query
        .selectFrom(given('raw_webhooks', arg.rows))
        .select(['project_id', 'id', 'meta_app', 'body', sql.lit('stored').as('state'), 'id as created_at']),
    ),
)

/** On PostgreSQL: all of them with one statement. */
export async function insertMany(tx: Tx, webhooks: New[]): Promise<void> {
  await insertGiven(tx, { rows: rowsAsText(webhooks) })
}
