import type { z } from 'zod'
import { contact, inboundMedia, inboundMessage, messagesValue, status } from '../meta/webhooks/messages.ts'
import { readCallbackData } from '../sending/edits.ts'
import type { Change, InboundMessage, InboundStatus } from '../store/commands/record-inbound.ts'

/** What a change of the field `messages` says, or null when it is not one. What cannot be read is passed over. */
export function readMessages(
  value: unknown,
): ({ phone_number_id: string } & Pick<Change, 'messages' | 'statuses'>) | null {
  const parsed = messagesValue.safeParse(value)
  if (!parsed.success) return null
  const people = parsed.data.contacts.flatMap((item) => present(contact.safeParse(item).data))
  return {
    phone_number_id: parsed.data.metadata.phone_number_id,
    messages: parsed.data.messages.flatMap((item) => present(readMessage(item, people))),
    statuses: parsed.data.statuses.flatMap((item) => present(readStatus(item))),
  }
}

type Person = z.output<typeof contact>

const present = <T>(value: T | null | undefined): T[] => (value === null || value === undefined ? [] : [value])

function readMessage(item: unknown, people: Person[]): InboundMessage | null {
  const { data } = inboundMessage.safeParse(item)
  if (!data) return null
  const named = people.find(
    (person) =>
      (data.from && person.wa_id === data.from) || (data.from_user_id && person.user_id === data.from_user_id),
  )
  const wa_id = data.from || named?.wa_id || null
  const user_id = data.from_user_id || named?.user_id || null
  if (wa_id === null && user_id === null) return null
  const media = inboundMedia.safeParse(data[data.type]).data
  return {
    wamid: data.id,
    person: { wa_id, user_id, profile_name: named?.profile?.name ?? null },
    type: data.type,
    timestamp: data.timestamp,
    // A change of number is no message of the person's, and one in a group opens no window to its writer (Meta rule).
    opens_window: data.type !== 'system' && !data.group_id,
    payload: JSON.stringify(item),
    media: media
      ? {
          media_id: media.id,
          mime_type: media.mime_type ?? null,
          sha256: media.sha256 ?? null,
          filename: media.filename ?? null,
        }
      : null,
  }
}

function readStatus(item: unknown): InboundStatus | null {
  const { data } = status.safeParse(item)
  if (!data) return null
  // Our id goes no further than here: what the client had given takes its place again.
  const { biz_opaque_callback_data, ...rest } = item as Record<string, unknown>
  const { send, own } = readCallbackData(biz_opaque_callback_data)
  const wa_id = data.recipient_id && /^\d+$/.test(data.recipient_id) ? data.recipient_id : null
  const user_id = data.recipient_user_id ?? null
  return {
    wamid: data.id,
    status: data.status,
    timestamp: data.timestamp,
    participant: data.recipient_participant_id ?? '',
    payload: JSON.stringify({ ...rest, ...(own !== null && { biz_opaque_callback_data: own }) }),
    send,
    recipient: wa_id === null && user_id === null ? null : { wa_id, user_id },
  }
}
