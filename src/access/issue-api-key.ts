import type { Context } from '../context.ts'
import { insertApiKey } from '../store/commands/api-keys.ts'
import type { ApiKeyRow } from '../store/tables.ts'
import { createApiKey, digestOf } from './api-key.ts'

/** Makes a key and gives it, once: what is stored is its digest. */
export async function issueApiKey(
  { store, random }: Pick<Context, 'store' | 'random'>,
  { project_id, kind, name, expires_at }: Pick<ApiKeyRow, 'project_id' | 'kind' | 'name' | 'expires_at'>,
  environment: 'live' | 'test',
): Promise<{ row: ApiKeyRow; key: string }> {
  const prefix = kind === 'admin' ? 'fl_admin_' : (`fl_${environment}_` as const)
  const key = createApiKey(prefix, random)
  const row = await store.write(insertApiKey, {
    project_id,
    kind,
    name,
    digest: digestOf(key),
    prefix,
    last4: key.slice(-4),
    expires_at,
  })
  return { row, key }
}
