import { defineCommand } from '../writer.ts'

/**
 * A send that was on its way when its process ended may or may not have reached Meta. `before`: only those committed
 * earlier (microseconds), because younger ones may be another process's that is still at them. Gives how many.
 */
export const doubtUnsettledSends = defineCommand(
  'doubt-unsettled-sends',
  async (tx, { before }: { before: number }) => {
    const rows = await tx.query
      .updateTable('sends')
      .set({ state: 'in_doubt' })
      .where('state', '=', 'intent')
      .where('id', '<', before)
      .returning('id')
      .execute()
    return rows.length
  },
)
