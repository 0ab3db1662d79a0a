import { defineCommand } from '../writer.ts'

/** Gives a project its data key, unless it has one already. */
export const createDataKey = defineCommand(
  'create-data-key',
  async (tx, key: { project_id: number; sealed: string; master_key_id: string }) => {
    const existing = await tx.query
      .selectFrom('data_keys')
      .select('id')
      .where('project_id', '=', key.project_id)
      .executeTakeFirst()
    if (existing) return
    const id = tx.ids.row()
    await tx.query
      .insertInto('data_keys')
      .values({ ...key, id, created_at: id })
      .execute()
  },
)
