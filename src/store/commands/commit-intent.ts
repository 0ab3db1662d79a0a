import type { Tx } from '../db.ts'
import * as keys from '../idempotency-keys.ts'
import * as sends from '../sends.ts'
import type { SendEdge } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** `id` and `uuid` are the caller's, so that it can tell of an intent whose commit was not confirmed. */
export type NewSend = {
  project_id: number
  id: number
  uuid: string
  phone_number: number
  recipient: string | null
  type: string
  version: string
  edge: SendEdge
  body: Uint8Array
  fingerprint: number | null
  traceable: 0 | 1
  idempotency_key: string | null
  /** Under which the key was claimed; null when it need not be. */
  claim: number | null
  resend_of: number | null
  /** Row key of the oldest send that counts as a twin. */
  twins_since: number
}

/** So high that no send counts as a twin. */
export const NO_TWINS = Number.MAX_SAFE_INTEGER

/**
 * `held`: nothing was written, because this send is in the way (null: it was, a moment ago). `claim_lost`: nothing was
 * written, because the key is another's by now.
 */
export type CommittedIntent =
  | { kind: 'committed' }
  | { kind: 'held'; by: number | null; identical: boolean }
  | { kind: 'claim_lost' }

/** A send that is about to go up, on the disk before its first byte leaves. */
export const commitIntent = defineCommand('commit-intent', intend)

/** As `commitIntent`, inside another command. */
export async function intend(tx: Tx, { claim, ...send }: NewSend): Promise<CommittedIntent> {
  const { project_id, id, idempotency_key: key } = send
  const claimed = key !== null && claim !== null ? { project_id, key, claim } : null
  if (claimed && !(await keys.begin(tx, { ...claimed, send: id }))) return { kind: 'claim_lost' }
  if (await sends.insert(tx, send)) return { kind: 'committed' }
  if (claimed) await keys.withdraw(tx, claimed)
  const held = await sends.inTheWay(tx, send)
  return { kind: 'held', by: held?.id ?? null, identical: held?.identical ?? false }
}
