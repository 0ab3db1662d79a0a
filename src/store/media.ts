import type { Db } from './db.ts'
import type { MediaRow } from './tables.ts'

/** What is known of a media id, in whichever project. */
export async function byMediaId(db: Db, media_id: string): Promise<MediaRow[]> {
  return db.query.selectFrom('media').selectAll().where('media_id', '=', media_id).execute()
}
