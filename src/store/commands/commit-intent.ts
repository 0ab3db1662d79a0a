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
  /** How old a send may be that counts as a twin. Microseconds; null when none does. */
  twins_within: number | null
}

/**
 * `held`: nothing was written, because this send is in the way (null: it was, a moment ago). `claim_lost`: nothing was
 * written, because the key is another's by now.
 */
export type CommittedIntent =
  | { kind: 'committed' }
  | { kind: 'held'; by: number | null; identical: boolean }
  | { kind: 'claim_lost' }

/** A send that is about to go up, on the disk before its first byte leaves. */
export const commitIntent = defineCommand('commit-intent', intend, { batch: intendMany })

/** As `commitIntent`, inside another command. */
export async function intend(tx: Tx, send: NewSend): Promise<CommittedIntent> {
  const claimed = claimOf(send)
  if (claimed && !(await keys.begin(tx, claimed))) return { kind: 'claim_lost' }
  if (await sends.insert(tx, intentIn(send), twinsSince(send))) return { kind: 'committed' }
  return heldBack(tx, send)
}

/** On PostgreSQL: those that look for twins with one statement, those that do not with another. */
async function intendMany(tx: Tx, all: NewSend[]): Promise<CommittedIntent[]> {
  const begun = await Promise.all(
    all.map((send) => {
      const claimed = claimOf(send)
      return claimed === null || keys.begin(tx, claimed)
    }),
  )
  const ours = all.filter((_send, place) => begun[place])
  const small = ours.filter(({ body }) => body.length <= LARGE)
  const written = new Set<number>()
  for (const within of new Set(small.map(({ twins_within }) => twins_within))) {
    const intents = small.filter((send) => send.twins_within === within).map(intentIn)
    for (const id of await sends.insertMany(tx, intents, within ?? NEVER)) written.add(id)
  }
  for (const send of ours) {
    if (send.body.length > LARGE && (await sends.insert(tx, intentIn(send), twinsSince(send)))) written.add(send.id)
  }
  const outcomes: CommittedIntent[] = []
  for (const [place, send] of all.entries()) {
    if (!begun[place]) outcomes.push({ kind: 'claim_lost' })
    else outcomes.push(written.has(send.id) ? { kind: 'committed' } : await heldBack(tx, send))
  }
  return outcomes
}

/** Above this a body travels by itself, not in one text with many others. Bytes. */
const LARGE = 64 * 1024

const intentIn = ({ claim, twins_within, ...intent }: NewSend) => intent

/** So far into the future that no send is younger. Microseconds. */
const NEVER = -Number.MAX_SAFE_INTEGER / 2

const twinsSince = ({ id, twins_within }: NewSend) => id - (twins_within ?? NEVER)

function claimOf({ project_id, id, idempotency_key: key, claim }: NewSend) {
  return key === null || claim === null ? null : { project_id, key, claim, send: id }
}

async function heldBack(tx: Tx, send: NewSend): Promise<CommittedIntent> {
  const claimed = claimOf(send)
  if (claimed) await keys.withdraw(tx, claimed)
  const held = await sends.inTheWay(tx, { ...send, twins_since: twinsSince(send) })
  return { kind: 'held', by: held?.id ?? null, identical: held?.identical ?? false }
}
