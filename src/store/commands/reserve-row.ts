import { defineCommand } from '../writer.ts'

/** Takes a row key for something whose secrets must be sealed for their place before it can be written. */
export const reserveRow = defineCommand('reserve-row', async (tx) => {
  const id = tx.ids.row()
  return { id, uuid: tx.ids.uuid(id) }
})
