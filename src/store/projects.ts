import type { Db } from './db.ts'
import type { ProjectRow } from './tables.ts'

/** The project that a single installation works in, made on the first start. */
export const DEFAULT_PROJECT = 'default'

export async function byNameOrId(db: Db, nameOrId: string): Promise<ProjectRow | undefined> {
  return db.query
    .selectFrom('projects')
    .selectAll()
    .where((eb) => eb.or([eb('name', '=', nameOrId), eb('uuid', '=', nameOrId)]))
    .executeTakeFirst()
}

export async function all(db: Db): Promise<ProjectRow[]> {
  return db.query.selectFrom('projects').selectAll().orderBy('id').execute()
}
