import { defineCommand } from '../writer.ts'

/** A webhook as it came, on the disk before Meta is told that we have it. Gives its row key. */
export const storeWebhook = defineCommand(
  'store-webhook',
  async (tx, webhook: { project_id: number; meta_app: number; body: Uint8Array }) => {
    const id = tx.ids.row()
    await tx.query
      .insertInto('raw_webhooks')
      .values({ ...webhook, id, state: 'stored', created_at: id })
      .execute()
    return id
  },
)
