import type { Db } from './db.ts'
import { type Args, statement } from './statement.ts'
import type { RawWebhookRow } from './tables.ts'

const selectStored = statement((query, arg: Args<{ limit: number }>) =>
  query.selectFrom('raw_webhooks').selectAll().where('state', '=', 'stored').orderBy('id').limit(arg.limit),
)

/** The oldest webhooks that have not been understood yet. */
export async function stored(db: Db, limit: number): Promise<RawWebhookRow[]> {
  return selectStored(db, { limit })
}
