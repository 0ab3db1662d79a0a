import type { ApiKeyRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

export const insertApiKey = defineCommand(
  'insert-api-key',
  async (
    tx,
    key: Pick<ApiKeyRow, 'project_id' | 'kind' | 'name' | 'digest' | 'prefix' | 'last4' | 'expires_at'>,
  ): Promise<ApiKeyRow> => {
    const id = tx.ids.row()
    const row: ApiKeyRow = { ...key, id, uuid: tx.ids.uuid(id), created_at: id, last_used_at: null, revoked_at: null }
    await tx.query.insertInto('api_keys').values(row).execute()
    return row
  },
)

/** The digest of the key that this ended; null when no live key has this public id. */
export const revokeApiKey = defineCommand('revoke-api-key', async (tx, { uuid }: { uuid: string }) => {
  const revoked = await tx.query
    .updateTable('api_keys')
    .set({ revoked_at: tx.ids.row() })
    .where('uuid', '=', uuid)
    .where('revoked_at', 'is', null)
    .returning('digest')
    .execute()
  return revoked[0]?.digest ?? null
})

export const noteApiKeyUsed = defineCommand('note-api-key-used', async (tx, { id, at }: { id: number; at: number }) => {
  await tx.query.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute()
})
