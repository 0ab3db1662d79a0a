import { z } from 'zod'
import type { Effect, WebhookFault } from './define.ts'

type Value = Record<string, unknown>
type Entry = Record<string, unknown>

const nothing = z.strictObject({})
const ms = z
  .number()
  .int()
  .min(0)
  .max(90 * 86_400_000)

export function noFault(): WebhookFault {
  return { drop: false, copies: 0, late_ms: 0, badlySigned: false, edit: (value) => value }
}

export const webhookFaults: readonly Effect[] = [
  {
    name: 'webhook_drop',
    stage: 'webhook',
    about: 'The webhook never comes.',
    with: nothing,
    change: (_, fault) => {
      fault.drop = true
    },
  },
  {
    name: 'webhook_duplicate',
    stage: 'webhook',
    about: 'The webhook comes `copies` times more.',
    with: z.strictObject({ copies: z.number().int().min(1).max(100).default(1) }),
    change: ({ copies }, fault) => {
      fault.copies += Number(copies)
    },
  },
  {
    name: 'webhook_late',
    stage: 'webhook',
    about: 'The webhook comes `ms` later, which may be days.',
    with: z.strictObject({ ms }),
    change: ({ ms: late }, fault) => {
      fault.late_ms += Number(late)
    },
  },
  {
    name: 'webhook_reorder',
    stage: 'webhook',
    about: 'The webhook comes up to `within_ms` later, each by another time, so that they overtake each other.',
    with: z.strictObject({ within_ms: ms.min(1) }),
    change: ({ within_ms }, fault, chance) => {
      fault.late_ms += Math.round(chance() * Number(within_ms))
    },
  },
  {
    name: 'webhook_bad_signature',
    stage: 'webhook',
    about: 'The webhook is signed with another secret.',
    with: nothing,
    change: (_, fault) => {
      fault.badlySigned = true
    },
  },
  edits('webhook_wrong_number', 'The metadata names a phone number that does not exist.', (value) => {
    value.metadata = { display_phone_number: '15550000000', phone_number_id: '999999999999999' }
  }),
  edits('webhook_extra_fields', 'Value, message and status carry members nobody knows.', (value) => {
    value.introduced_tomorrow = { version: 2 }
    for (const entry of entriesOf(value)) entry.introduced_tomorrow = true
  }),
  edits(
    'webhook_without_wa_id',
    'The customer hides the number: neither wa_id nor from, only user ids.',
    (value, user_id) => {
      for (const contact of listOf(value.contacts)) {
        contact.user_id ??= user_id
        delete contact.wa_id
      }
      for (const entry of entriesOf(value)) {
        for (const key of ['from', 'recipient_id']) {
          if (entry[key] === undefined) continue
          entry[key === 'from' ? 'from_user_id' : 'recipient_user_id'] ??= user_id
          delete entry[key]
        }
      }
    },
  ),
  edits('webhook_unknown_message_type', 'Messages are of a type that is not invented yet.', (value) => {
    for (const message of listOf(value.messages)) message.type = 'hologram'
  }),
  edits('webhook_unknown_status', 'Statuses have a value that is not documented.', (value) => {
    for (const status of listOf(value.statuses)) status.status = 'warning'
  }),
  edits('webhook_unknown_wamid', 'Statuses are of messages nobody has sent.', (value) => {
    for (const status of listOf(value.statuses)) status.id = `${String(status.id).slice(0, -6)}AAAAA=`
  }),
]

function edits(name: string, about: string, edit: (value: Value, user_id: string) => void): Effect {
  return {
    name,
    stage: 'webhook',
    about,
    with: nothing,
    change: (_, fault) => {
      const before = fault.edit
      fault.edit = (value, user_id) => {
        const edited = before(value, user_id)
        edit(edited, user_id)
        return edited
      }
    },
  }
}

function entriesOf(value: Value): Entry[] {
  return [...listOf(value.messages), ...listOf(value.statuses)]
}

function listOf(value: unknown): Entry[] {
  return Array.isArray(value) ? (value as Entry[]) : []
}
