import { DAY, SECOND } from '../../lib/clock.ts'
import * as contacts from '../contacts.ts'
import * as conversations from '../conversations.ts'
import * as windows from '../customer-service-windows.ts'
import type { Tx } from '../db.ts'
import { intakeIsOurs } from '../dialect.ts'
import * as messages from '../messages.ts'
import * as sends from '../sends.ts'
import * as statuses from '../statuses.ts'
import type { MessageRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'
import { settle } from './settle-send.ts'

export type InboundMessage = {
  wamid: string
  person: contacts.Person & { profile_name: string | null }
  type: string
  /** Unix seconds. */
  timestamp: number
  opens_window: boolean
  payload: string
  media: { media_id: string; mime_type: string | null; sha256: string | null; filename: string | null } | null
}

/** `send`: the public id of ours that the status carried, when it carried one. */
export type InboundStatus = Omit<statuses.ReportedStatus, 'received_at'> & {
  send: string | null
  recipient: contacts.Person | null
}

/** What one webhook said about one number. */
export type Change = {
  project_id: number
  phone_number: number
  /** Whether Meta is known to have reached us for it before. */
  verified: boolean
  messages: InboundMessage[]
  statuses: InboundStatus[]
}

/**
 * Everything a webhook said, and that it has been understood: one transaction. Repeats change nothing. Gives false, and
 * writes nothing, when another process has understood it or is understanding webhooks at this moment.
 */
export const recordInbound = defineCommand(
  'record-inbound',
  async (tx, { webhook, changes }: { webhook: { project_id: number; id: number }; changes: Change[] }) => {
    if (!(await finish(tx, webhook, 'processed', null))) return false
    for (const change of changes) {
      const { project_id, phone_number } = change
      for (const message of change.messages) await recordMessage(tx, { project_id, phone_number }, message)
      for (const status of change.statuses) await recordStatus(tx, { project_id, phone_number }, status)
      if (!change.verified) await noteVerified(tx, { project_id, phone_number })
    }
    return true
  },
)

/** A webhook that could not be understood stays, raw and marked. */
export const failWebhook = defineCommand(
  'fail-webhook',
  async (tx, { webhook, error }: { webhook: { project_id: number; id: number }; error: string }) =>
    finish(tx, webhook, 'failed', error),
)

type Key = { project_id: number; phone_number: number }

/** Inbound media ids die after 7 days (Meta rule). Microseconds. */
const RECEIVED_MEDIA_LIFE = 7 * DAY

async function recordMessage(tx: Tx, key: Key, message: InboundMessage): Promise<void> {
  const id = tx.ids.row()
  if (!(await messages.claimWamid(tx, key, message.wamid, id))) return
  const at = message.timestamp * SECOND
  const contact = await contacts.ensure(tx, key.project_id, message.person, id)
  const conversation = await conversations.addMessage(tx, {
    ...key,
    contact,
    message: id,
    direction: 'inbound',
    at: id,
  })
  const row: MessageRow = {
    ...key,
    id,
    uuid: tx.ids.uuid(id),
    conversation,
    contact,
    wamid: message.wamid,
    direction: 'inbound',
    type: message.type,
    status: 'delivered',
    timestamp: message.timestamp,
    payload: message.payload,
    created_at: id,
  }
  await Promise.all([
    messages.insert(tx, row),
    message.opens_window && windows.open(tx, { ...key, contact, at }),
    message.media && insertMedia(tx, key, id, message.media),
  ])
}

async function insertMedia(tx: Tx, key: Key, id: number, media: NonNullable<InboundMessage['media']>): Promise<void> {
  await tx.query
    .insertInto('media')
    .values({
      ...key,
      ...media,
      id,
      direction: 'received',
      byte_size: null,
      created_at: id,
      expires_at: id + RECEIVED_MEDIA_LIFE,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'media_id']).doNothing())
    .execute()
}

async function recordStatus(tx: Tx, key: Key, { send: sendUuid, recipient, ...status }: InboundStatus): Promise<void> {
  const reported = { ...status, received_at: tx.ids.row() }
  let message = (await messages.byWamid(tx, key, status.wamid)) ?? null
  if (!message && sendUuid) {
    // Our id on it proves that Meta took the send, whatever became of the answer.
    const send = await sends.byUuid(tx, key.project_id, sendUuid)
    if (send && send.phone_number === key.phone_number) {
      const accepted = { wamid: status.wamid, person: recipient }
      const { project_id, id, http_status, answer } = send
      const proved = { state: 'accepted', resolution: 'status', release: false } as const
      message = await settle(tx, { project_id, id, http_status, answer, owed: send.owed, accepted, ...proved })
    }
  }
  message ??= (await messages.byWamidAtLast(tx, key, status.wamid)) ?? null
  if (message) await statuses.add(tx, message, reported)
  else await statuses.park(tx, key, reported)
}

/** Meta reached us for this number: its webhooks are set up (Kapso's `webhook_verified_at`). */
async function noteVerified(tx: Tx, key: Key): Promise<void> {
  await tx.query
    .updateTable('phone_numbers')
    .set({ webhook_verified_at: tx.ids.row() })
    .where('project_id', '=', key.project_id)
    .where('id', '=', key.phone_number)
    .where('webhook_verified_at', 'is', null)
    .execute()
}

/** False when it is another process's to understand, or not its turn yet. */
async function finish(
  tx: Tx,
  webhook: { project_id: number; id: number },
  state: 'processed' | 'failed',
  error: string | null,
): Promise<boolean> {
  const finished = await tx.query
    .updateTable('raw_webhooks')
    .set({ state, error, processed_at: tx.ids.row() })
    .where('project_id', '=', webhook.project_id)
    .where('id', '=', webhook.id)
    .where('state', '=', 'stored')
    .where(intakeIsOurs(tx.query, webhook.id))
    .returning('id')
    .execute()
  return finished.length > 0
}
