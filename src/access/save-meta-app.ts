import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { saveMetaApp as writeMetaApp } from '../store/commands/meta-apps.ts'
import { reserveRow } from '../store/commands/reserve-row.ts'
import * as metaApps from '../store/meta-apps.ts'
import { metaAppPlace } from './meta-apps.ts'

/**
 * Sets the secrets of the Meta app whose webhooks arrive at `/webhooks/meta/{slug}`; the app is made when it is new,
 * and the project's numbers that have no app yet come under it.
 * @throws ApiError conflict when another project has this slug
 */
export async function saveMetaApp(
  { store, vault }: Pick<Context, 'store' | 'vault'>,
  project_id: number,
  { slug, app_secret, verify_token }: { slug: string; app_secret: string; verify_token: string },
): Promise<{ id: number; uuid: string }> {
  const existing = await metaApps.bySlug(store.db, slug)
  if (existing && existing.project_id !== project_id) throw new ApiError('conflict', 'This Meta app name is taken')
  const { id, uuid } = existing ?? (await store.write(reserveRow, undefined))
  const place = { project_id, id }
  await store.write(writeMetaApp, {
    project_id,
    id,
    uuid,
    slug,
    app_secret: await vault.seal(metaAppPlace(place, 'app_secret'), app_secret),
    verify_token: await vault.seal(metaAppPlace(place, 'verify_token'), verify_token),
  })
  return { id, uuid }
}
