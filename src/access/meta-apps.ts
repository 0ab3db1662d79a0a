import type { Clock } from '../lib/clock.ts'
import { shortCache } from '../lib/short-cache.ts'
import type { Db } from '../store/db.ts'
import * as metaApps from '../store/meta-apps.ts'
import type { Vault } from '../store/vault.ts'

/** A Meta app whose webhooks come to us, with its secrets open. `id`: row key. */
export type MetaApp = { project_id: number; id: number; app_secret: string; verify_token: string }

export type MetaApps = {
  /** @throws SecretUnreadable */
  bySlug(slug: string): Promise<MetaApp | null>
}

export function createMetaApps({ db, vault, clock }: { db: Db; vault: Vault; clock: Clock }): MetaApps {
  const apps = shortCache<MetaApp>(clock)
  return {
    bySlug: (slug) =>
      apps.get(slug, async () => {
        const row = await metaApps.bySlug(db, slug)
        if (!row) return null
        return {
          project_id: row.project_id,
          id: row.id,
          app_secret: await vault.open(metaAppPlace(row, 'app_secret'), row.app_secret),
          verify_token: await vault.open(metaAppPlace(row, 'verify_token'), row.verify_token),
        }
      }),
  }
}

export const metaAppPlace = (
  { project_id, id }: { project_id: number; id: number },
  column: 'app_secret' | 'verify_token',
) => ({ project_id, table: 'meta_apps', column, row: id })
