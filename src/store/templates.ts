import type { Db } from './db.ts'
import type { TemplateRow } from './tables.ts'

/** What is known of a template id, in whichever project. */
export async function byTemplateId(db: Db, template_id: string): Promise<TemplateRow[]> {
  return db.query.selectFrom('templates').selectAll().where('template_id', '=', template_id).execute()
}
