import { defineCommand } from '../writer.ts'

/**
 * On a start: a send that was on its way when the process ended may or may not have reached Meta. Gives how many.
 */
export const doubtUnsettledSends = defineCommand('doubt-unsettled-sends', async (tx) => {
  const rows = await tx.query
    .updateTable('sends')
    .set({ state: 'in_doubt' })
    .where('state', '=', 'intent')
    .returning('id')
    .execute()
  return rows.length
})
