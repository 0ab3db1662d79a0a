import type { Db } from './db.ts'
import type { ApiKeyRow } from './tables.ts'

export async function byDigest(db: Db, digest: string): Promise<ApiKeyRow | undefined> {
  return db.query.selectFrom('api_keys').selectAll().where('digest', '=', digest).executeTakeFirst()
}

/** Newest first; of one project, or of all when none is named. */
export async function list(db: Db, project_id?: number): Promise<ApiKeyRow[]> {
  return db.query
    .selectFrom('api_keys')
    .selectAll()
    .$if(project_id !== undefined, (query) => query.where('project_id', '=', project_id ?? 0))
    .orderBy('id', 'desc')
    .execute()
}
