import { sql } from 'kysely'
import type { Db } from './db.ts'
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
