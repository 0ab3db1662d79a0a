import type { PhoneNumberRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** Writes a newly connected number. */
export const insertPhoneNumber = defineCommand('insert-phone-number', async (tx, row: PhoneNumberRow) => {
  await tx.query.insertInto('phone_numbers').values(row).execute()
})

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
