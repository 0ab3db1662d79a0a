import type { PhoneNumberRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** Writes a newly connected number. */
export const insertPhoneNumber = defineCommand('insert-phone-number', async (tx, row: PhoneNumberRow) => {
  await tx.query.insertInto('phone_numbers').values(row).execute()
})

/** Changes a connected number, and gives it as it then is. */
export const updatePhoneNumber = defineCommand(
  'update-phone-number',
  async (tx, { project_id, id, set }: { project_id: number; id: number; set: Partial<PhoneNumberRow> }) => {
    return tx.query
      .updateTable('phone_numbers')
      .set({ ...set, updated_at: tx.ids.row() })
      .where('project_id', '=', project_id)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  },
)

/** Lets a number go. What was written over it stays. */
export const deletePhoneNumber = defineCommand(
  'delete-phone-number',
  async (tx, { project_id, id }: { project_id: number; id: number }) => {
    await tx.query.deleteFrom('phone_numbers').where('project_id', '=', project_id).where('id', '=', id).execute()
  },
)

/**
 * On a start: while we were down, people may have written to real numbers, so from now on a day must pass before we
 * know again who has not. Simulated numbers had no Meta running in the meantime.
 */
export const noteIntakeGap = defineCommand('note-intake-gap', async (tx, { at }: { at: number }) => {
  await tx.query
    .updateTable('phone_numbers')
    .set({ history_complete_since: at })
    .where('simulated', '=', 0)
    .where('history_complete_since', '<', at)
    .execute()
})
