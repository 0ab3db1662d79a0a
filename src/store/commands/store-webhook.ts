import * as rawWebhooks from '../raw-webhooks.ts'
import { defineCommand } from '../writer.ts'

type Webhook = { project_id: number; meta_app: number; body: Uint8Array }

/** Above this a body travels by itself, not in one text with many others. Bytes. */
const LARGE = 64 * 1024

/** A webhook as it came, on the disk before Meta is told that we have it. Gives its row key. */
export const storeWebhook = defineCommand(
  'store-webhook',
  async (tx, webhook: Webhook) => {
    const id = tx.ids.row()
    await rawWebhooks.insert(tx, { ...webhook, id })
    return id
  },
  {
    async batch(tx, webhooks) {
      const rows = webhooks.map((webhook) => ({ ...webhook, id: tx.ids.row() }))
      await rawWebhooks.insertMany(
        tx,
        rows.filter(({ body }) => body.length <= LARGE),
      )
      for (const row of rows) if (row.body.length > LARGE) await rawWebhooks.insert(tx, row)
      return rows.map(({ id }) => id)
    },
  },
)
