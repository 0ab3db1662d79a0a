import { SECOND } from '../../lib/clock.ts'
import * as contacts from '../contacts.ts'
import * as conversations from '../conversations.ts'
import type { Tx } from '../db.ts'
import * as keys from '../idempotency-keys.ts'
import * as messages from '../messages.ts'
import * as sends from '../sends.ts'
import * as statuses from '../statuses.ts'
import type { MessageRow, SendRow, SendState } from '../tables.ts'
import { defineCommand } from '../writer.ts'

export type Settlement = {
  project_id: number
  id: number
  state: Exclude<SendState, 'intent' | 'unresolved'>
  http_status: number | null
  /** Meta's answer, byte for byte. */
  answer: Uint8Array | null
  /** Set when Meta took the message. `person` is null where Meta named nobody we can keep a conversation with. */
  accepted: { wamid: string; person: contacts.Person | null } | null
  /** What told the outcome, when it was not Meta's answer. */
  resolution: SendRow['resolution']
  /** Whether the client still has to be told. */
  owed: 0 | 1
  /** Nothing was sent for a reason that passes: the client's key is free for another try. */
  release: boolean
}

/** What became of a send, with all that follows from it: the message, its contact and its conversation. */
export const settleSend = defineCommand('settle-send', settle)

/** As `settleSend`, inside another command. Gives the message, if there is a new one. */
export async function settle(tx: Tx, { accepted, release, ...outcome }: Settlement): Promise<MessageRow | null> {
  const at = tx.ids.row()
  const send = await sends.settle(tx, { ...outcome, wamid: accepted?.wamid ?? null, at })
  if (!send) return null
  const { project_id, id } = outcome
  const { phone_number, uuid, type, idempotency_key } = send
  if (release && idempotency_key !== null) {
    await keys.releaseOfSend(tx, { project_id, key: idempotency_key, send: id })
  }
  if (!accepted?.person) return null
  if (!(await messages.claimWamid(tx, { project_id, phone_number }, accepted.wamid, id))) return null
  const contact = await contacts.ensure(tx, project_id, { ...accepted.person, profile_name: null }, at)
  const conversation = await conversations.addMessage(tx, {
    project_id,
    phone_number,
    contact,
    message: id,
    direction: 'outbound',
    at,
  })
  const message: MessageRow = {
    project_id,
    id,
    uuid,
    phone_number,
    conversation,
    contact,
    wamid: accepted.wamid,
    direction: 'outbound',
    type,
    status: 'pending',
    timestamp: Math.floor(at / SECOND),
    payload: null,
    created_at: at,
  }
  await Promise.all([messages.insert(tx, message), statuses.join(tx, message)])
  return message
}
