import type { Db } from './db.ts'
import type { GraphObjectRow } from './tables.ts'

/** What is known of the id of a flow or a group, in whichever project. */
export async function byObjectId(db: Db, object_id: string): Promise<GraphObjectRow[]> {
  return db.query.selectFrom('graph_objects').selectAll().where('object_id', '=', object_id).execute()
}
