import { sql } from 'kysely'
import { DAY } from '../../lib/clock.ts'
import { isOrphaned } from '../dialect.ts'
import * as keys from '../idempotency-keys.ts'
import * as sends from '../sends.ts'
import type { SendRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** How long a key is kept: a day longer than Meta repeats webhooks (ours). Microseconds. */
export const KEY_LIFE = 8 * DAY

/** What a client's key stands for. `claimed`: for nothing yet, and the claim is the caller's. */
export type KeyState =
  | { kind: 'claimed'; claim: number }
  | { kind: 'other_request' }
  | { kind: 'running' }
  | { kind: 'send'; send: SendRow }
  | { kind: 'answered'; http_status: number; answer: Uint8Array }

/**
 * Takes a key for a request, or tells what it stands for. A claim whose process has ended before it began to send is
 * taken over. `started`: of this process, see `isOrphaned`.
 */
export const claimKey = defineCommand(
  'claim-key',
  async (
    tx,
    { started, ...row }: { project_id: number; key: string; fingerprint: string; started: number },
  ): Promise<KeyState> => {
    const claim = tx.ids.row()
    if (await keys.claim(tx, { ...row, claim })) return { kind: 'claimed', claim }
    const held = await keys.byKey(tx, row)
    if (!held) return { kind: 'running' }
    const send = held.send === null ? undefined : await sends.byId(tx, row.project_id, held.send)
    const waiting = held.send === null && held.http_status === null
    const expired = held.claim < claim - KEY_LIFE
    const gone = waiting ? await isGone(held.claim) : held.send !== null && !send
    if (expired || gone) {
      await keys.forget(tx, held)
      return (await keys.claim(tx, { ...row, claim })) ? { kind: 'claimed', claim } : { kind: 'running' }
    }
    if (held.fingerprint !== row.fingerprint) return { kind: 'other_request' }
    if (send) return { kind: 'send', send }
    if (held.http_status === null || held.answer === null) return { kind: 'running' }
    return { kind: 'answered', http_status: held.http_status, answer: held.answer }

    async function isGone(of: number): Promise<boolean> {
      const orphaned = isOrphaned(tx.query, sql<number>`${sql.lit(of)}`, started)
      const { rows } = await sql<{ gone: unknown }>`select 1 as gone where ${orphaned}`.execute(tx.query)
      return rows.length > 0
    }
  },
)

/** Gives a claim back that came to nothing, so that the next request with the key is a new one. */
export const releaseKey = defineCommand(
  'release-key',
  async (tx, claim: { project_id: number; key: string; claim: number }) => keys.release(tx, claim),
)

/** Keeps the answer to a request that is no send. */
export const answerKey = defineCommand('answer-key', async (tx, answered: Parameters<typeof keys.answer>[1]) =>
  keys.answer(tx, answered),
)

/** Forgets keys that have had their time, some at once. Gives how many. `now`: microseconds. */
export const expireKeys = defineCommand('expire-keys', async (tx, { now }: { now: number }) => {
  const old = await tx.query
    .selectFrom('idempotency_keys')
    .select(['project_id', 'key', 'claim'])
    .where('claim', '<', now - KEY_LIFE)
    .orderBy('claim')
    .limit(1000)
    .execute()
  for (const key of old) await keys.forget(tx, key)
  return old.length
})
