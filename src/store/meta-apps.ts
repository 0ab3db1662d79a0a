import type { Db } from './db.ts'
import { type Args, statement } from './statement.ts'
import type { MetaAppRow } from './tables.ts'

const selectBySlug = statement((query, arg: Args<{ slug: string }>) =>
  query.selectFrom('meta_apps').selectAll().where('slug', '=', arg.slug),
)

/** The app whose webhooks arrive at `/webhooks/meta/{slug}`. */
export async function bySlug(db: Db, slug: string): Promise<MetaAppRow | undefined> {
  return (await selectBySlug(db, { slug }))[0]
}
