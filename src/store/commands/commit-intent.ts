import * as sends from '../sends.ts'
import { defineCommand } from '../writer.ts'

/** A send that is about to go up, on the disk before its first byte leaves. Gives its row key and public id. */
export const commitIntent = defineCommand(
  'commit-intent',
  async (
    tx,
    send: {
      project_id: number
      phone_number: number
      recipient: string | null
      type: string
      body: Uint8Array
      traceable: 0 | 1
    },
  ) => {
    const id = tx.ids.row()
    const uuid = tx.ids.uuid(id)
    await sends.insert(tx, { ...send, id, uuid })
    return { id, uuid }
  },
)
