import { ApiError } from '../errors.ts'
import { type Clock, MINUTE } from '../lib/clock.ts'
import { shortCache } from '../lib/short-cache.ts'
import * as apiKeys from '../store/api-keys.ts'
import { noteApiKeyUsed } from '../store/commands/api-keys.ts'
import type { Db } from '../store/db.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { ApiKeyRow } from '../store/tables.ts'
import type { Write } from '../store/writer.ts'
import { digestOf, isPlausibleApiKey } from './api-key.ts'

/** Who calls. `only`: the row key of the one number a caller may use, when it came with that number's Meta token. */
export type Caller = { kind: 'project'; project_id: number; only: number | null } | { kind: 'admin' }

/** What a request brought to identify itself. */
export type Credentials = {
  api_key: string | undefined
  /** From `Authorization: Bearer` or `?access_token=`. */
  bearer: string | undefined
}

export type Authenticator = {
  /** `digest`: of the key or token that decided. @throws ApiError invalid_api_key */
  authenticate(credentials: Credentials): Promise<{ caller: Caller; digest: string }>
  /** Sees a revocation at once in this process; others see it within a second. */
  forget(digest: string): void
}

/**
 * `X-API-Key` decides alone when it is there. A bearer may be an API key, or the Meta access token of exactly one
 * connected number, and then opens that number only (Kapso rule).
 */
export function createAuthenticator({ db, write, clock }: { db: Db; write: Write; clock: Clock }): Authenticator {
  const keys = shortCache<ApiKeyRow>(clock)
  const tokens = shortCache<Caller>(clock)

  async function byKey(key: string, digest: string): Promise<Caller | null> {
    const row = await keys.get(digest, async () => {
      if (!isPlausibleApiKey(key)) return null
      return (await apiKeys.byDigest(db, digest)) ?? null
    })
    const now = clock.now()
    if (!row || row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now)) return null
    noteUse(row, now)
    if (row.kind === 'admin') return { kind: 'admin' }
    return row.project_id === null ? null : { kind: 'project', project_id: row.project_id, only: null }
  }

  function noteUse(row: ApiKeyRow, now: number): void {
    if (row.last_used_at !== null && now - row.last_used_at < MINUTE) return
    row.last_used_at = now
    // When a key was last used is nice to know; no request fails over it.
    write(noteApiKeyUsed, { id: row.id, at: now }).catch(() => {})
  }

  async function byToken(digest: string): Promise<Caller | null> {
    return tokens.get(digest, async () => {
      const rows = await phoneNumbers.byAccessTokenDigest(db, digest)
      const [number] = rows
      if (!number || rows.length > 1) return null
      return { kind: 'project', project_id: number.project_id, only: number.id }
    })
  }

  return {
    async authenticate({ api_key, bearer }) {
      const given = api_key ?? bearer ?? ''
      const digest = digestOf(given)
      const caller = (await byKey(given, digest)) ?? (api_key === undefined && bearer ? await byToken(digest) : null)
      if (!caller) throw new ApiError('invalid_api_key', 'Invalid or missing API key')
      return { caller, digest }
    },
    forget: (digest) => keys.forget(digest),
  }
}
