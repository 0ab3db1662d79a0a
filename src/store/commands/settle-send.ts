import { SECOND } from '../../lib/clock.ts'
import * as contacts from '../contacts.ts'
import * as conversations from '../conversations.ts'
import type { Tx } from '../db.ts'
import * as doubts from '../doubts.ts'
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
export const settleSend = defineCommand('settle-send', settle, { batch: settleMany })

/** As `settleSend`, inside another command. Gives the message, if there is a new one. */
export async function settle(tx: Tx, { accepted, release, ...outcome }: Settlement): Promise<MessageRow | null> {
  const at = tx.ids.row()
  const send = await sends.settle(tx, { ...outcome, wamid: accepted?.wamid ?? null, at })
  if (!send) return null
  const { project_id, id } = outcome
  const { idempotency_key: key, resend_of } = send
  const nothingWent = outcome.state === 'not_sent' || outcome.state === 'rejected'
  if (resend_of !== null && nothingWent) await takeBack(tx, { project_id, id, resend_of, key })
  else if (release && key !== null) await keys.releaseOfSend(tx, { project_id, key, send: id })
  return accepted?.person ? record(tx, { ...send, project_id, id }, accepted.wamid, accepted.person, at) : null
}

/** A send that was sent again is in doubt as before when nothing went out: its key is its own again, too. */
async function takeBack(
  tx: Tx,
  { project_id, id, resend_of, key }: { project_id: number; id: number; resend_of: number; key: string | null },
): Promise<void> {
  await doubts.reopen(tx, { project_id, id: resend_of })
  if (key !== null) await keys.handOver(tx, { project_id, key }, { from: id, to: resend_of })
}

/** Makes the message of an accepted send known; null when its wamid is known already. */
async function record(
  tx: Tx,
  send: Pick<MessageRow, 'project_id' | 'id' | 'uuid' | 'phone_number' | 'type'>,
  wamid: string,
  person: contacts.Person,
  at: number,
): Promise<MessageRow | null> {
  const { project_id, id, phone_number } = send
  if (!(await messages.claimWamid(tx, { project_id, phone_number }, wamid, id))) return null
  const contact = await contacts.ensure(tx, project_id, { ...person, profile_name: null }, at)
  const counted = { project_id, phone_number, contact, message: id, direction: 'outbound', at } as const
  const conversation = await conversations.addMessage(tx, counted)
  const message = messageOf({ ...send, wamid, contact, conversation, at })
  await Promise.all([messages.insert(tx, message), statuses.join(tx, message)])
  return message
}

function messageOf({
  at,
  ...send
}: Pick<MessageRow, 'project_id' | 'id' | 'uuid' | 'phone_number' | 'type' | 'wamid' | 'contact' | 'conversation'> & {
  at: number
}): MessageRow {
  const { project_id, id, uuid, phone_number, type, wamid, contact, conversation } = send
  const known = { project_id, id, uuid, phone_number, conversation, contact, wamid, type }
  const timestamp = Math.floor(at / SECOND)
  return { ...known, direction: 'outbound', status: 'pending', timestamp, payload: null, created_at: at }
}

/** A message that Meta took for somebody by phone number, and told us so at once. */
type Plain = Settlement & { accepted: { wamid: string; person: { wa_id: string; user_id: null } } }

/** Above this an answer travels by itself, not in one text with many others. Bytes. */
const LARGE = 64 * 1024

/**
 * On PostgreSQL: the plain ones with one statement for each step, whatever is out of the ordinary by itself. Of two to
 * one person only the first is plain.
 */
async function settleMany(tx: Tx, all: Settlement[]): Promise<Array<MessageRow | null>> {
  const people = new Set<string>()
  const plain = all.filter((settlement): settlement is Plain => {
    const { wa_id = null, user_id = null } = settlement.accepted?.person ?? {}
    const person = `${settlement.project_id}:${wa_id}`
    const isPlain = wa_id !== null && user_id === null && !people.has(person)
    if (!isPlain || (settlement.answer?.length ?? 0) > LARGE) return false
    people.add(person)
    return true
  })
  const done = await settlePlain(tx, plain)
  const outs: Array<MessageRow | null> = []
  for (const settlement of all) {
    const message = done.get(settlement)
    outs.push(message === undefined ? await settle(tx, settlement) : message)
  }
  return outs
}

type Answered = { settlement: Plain; send: Awaited<ReturnType<typeof sends.settleMany>>[number]; at: number }

/** Settles those that were still on their way until now, and gives the message of each. */
async function settlePlain(tx: Tx, plain: Plain[]): Promise<Map<Settlement, MessageRow | null>> {
  if (plain.length === 0) return new Map()
  const outcomes = plain.map(({ project_id, id, state, http_status, answer, accepted, owed }) => {
    return { project_id, id, state, http_status, answer, wamid: accepted.wamid, owed, settled_at: tx.ids.row() }
  })
  const settled = new Map((await sends.settleMany(tx, outcomes)).map((send) => [send.id, send]))
  const answered = plain.flatMap((settlement, place): Answered[] => {
    const send = settled.get(settlement.id)
    return send ? [{ settlement, send, at: outcomes[place]?.settled_at ?? 0 }] : []
  })
  return answered.length === 0 ? new Map() : recordMany(tx, answered)
}

async function recordMany(tx: Tx, answered: Answered[]): Promise<Map<Settlement, MessageRow | null>> {
  const wamids = answered.map(({ settlement, send }) => {
    const { project_id, accepted } = settlement
    return { project_id, phone_number: send.phone_number, wamid: accepted.wamid, id: send.id }
  })
  const claimed = await messages.claimWamids(tx, wamids)
  const fresh = answered.filter(({ send }) => claimed.has(send.id))
  const recorded = new Map<Settlement, MessageRow | null>()
  if (fresh.length > 0) {
    const made = await makeMessages(tx, fresh)
    for (const [place, { settlement }] of fresh.entries()) recorded.set(settlement, made[place] ?? null)
  }
  for (const { settlement, send, at } of answered) {
    if (claimed.has(send.id)) continue
    const { project_id, accepted } = settlement
    recorded.set(settlement, await record(tx, { ...send, project_id }, accepted.wamid, accepted.person, at))
  }
  return recorded
}

async function makeMessages(tx: Tx, answered: Answered[]): Promise<MessageRow[]> {
  const people = answered.map(({ settlement, at }) => {
    return { project_id: settlement.project_id, wa_id: settlement.accepted.person.wa_id, at }
  })
  const contactOf = await contacts.ensureMany(tx, people)
  const counted = answered.map(({ settlement, send, at }, place) => {
    const { project_id } = settlement
    return { project_id, phone_number: send.phone_number, contact: contactOf[place] ?? 0, message: send.id, at }
  })
  const conversationOf = await conversations.addOutboundMany(tx, counted)
  const made = answered.map(({ settlement, send, at }, place) => {
    const { project_id, accepted } = settlement
    const [contact = 0, conversation = 0] = [contactOf[place], conversationOf[place]]
    return messageOf({ ...send, project_id, wamid: accepted.wamid, contact, conversation, at })
  })
  await Promise.all([messages.insertMany(tx, made), statuses.joinMany(tx, made)])
  return made
}
