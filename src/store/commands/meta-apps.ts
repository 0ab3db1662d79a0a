import type { MetaAppRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** Writes a Meta app, or new secrets of the one with this row key; the project's numbers without an app get it. */
export const saveMetaApp = defineCommand(
  'save-meta-app',
  async (tx, app: Omit<MetaAppRow, 'created_at' | 'updated_at'>) => {
    const at = tx.ids.row()
    const { app_secret, verify_token } = app
    await tx.query
      .insertInto('meta_apps')
      .values({ ...app, created_at: at, updated_at: at })
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'id']).doUpdateSet({ app_secret, verify_token, updated_at: at }),
      )
      .execute()
    await tx.query
      .updateTable('phone_numbers')
      .set({ meta_app_id: app.id })
      .where('project_id', '=', app.project_id)
      .where('meta_app_id', 'is', null)
      .execute()
  },
)
