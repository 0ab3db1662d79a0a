import { DAY } from '../../lib/clock.ts'
import type { MediaRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** A media id that Meta gave out for an upload. */
export const insertMedia = defineCommand(
  'insert-media',
  async (tx, media: Omit<MediaRow, 'id' | 'direction' | 'created_at' | 'deleted_at' | 'expires_at'>) => {
    const id = tx.ids.row()
    await tx.query
      .insertInto('media')
      // Uploaded media lives 30 days (Meta rule).
      .values({ ...media, id, direction: 'uploaded', created_at: id, expires_at: id + 30 * DAY })
      .onConflict((conflict) => conflict.columns(['project_id', 'media_id']).doNothing())
      .execute()
  },
)

export const noteMediaDeleted = defineCommand(
  'note-media-deleted',
  async (tx, { project_id, media_id }: { project_id: number; media_id: string }) => {
    await tx.query
      .updateTable('media')
      .set({ deleted_at: tx.ids.row() })
      .where('project_id', '=', project_id)
      .where('media_id', '=', media_id)
      .execute()
  },
)
