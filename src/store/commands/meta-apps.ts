import type { MetaAppRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** Takes a row key for something whose secrets must be sealed for their place before it can be written. */
export const reserveRow = defineCommand('reserve-row', async (tx) => {
  const id = tx.ids.row()
  return { id, uuid: tx.ids.uuid(id) }
})

/** Writes a Meta app, or the new secrets of the one with this row key. */
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
  },
)
