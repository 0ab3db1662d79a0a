import { customerOf } from '../customers.ts'
import { chanceFrom } from '../random.ts'
import { type Simulation, seconds } from '../simulation.ts'
import { type Message, type MessageStatus, numberOf, type PhoneNumber } from '../state.ts'

type Emitted = Exclude<MessageStatus, 'accepted' | 'held'>

/** What every value of the `messages` field begins with. */
export function messagesValue(number: PhoneNumber): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: number.digits, phone_number_id: number.id },
  }
}

/** Moves a message on and tells the business, as its quirks have it: twice, late, in another order, or not at all. */
export function emitStatus(simulation: Simulation, message: Message, status: Emitted): void {
  message.status = status
  const quirks = message.quirks ?? []
  if (quirks.some((quirk) => quirk.kind === 'skip' && (quirk.status === status || quirk.status === 'all'))) return
  const at = simulation.now()
  const late = quirks.reduce((sum, quirk) => sum + (quirk.kind === 'late' ? quirk.ms : 0), 0)
  // Swapped: `sent` is told only after `delivered` is.
  const { sent, delivered } = simulation.settings.timings
  const held = quirks.some((quirk) => quirk.kind === 'swap') && status === 'sent' ? delivered - sent + 200 : 0
  const times = quirks.reduce((most, quirk) => (quirk.kind === 'repeat' ? Math.max(most, quirk.times) : most), 1)
  const task = { do: 'status', message_id: message.id, status, at } as const
  for (let time = 0; time < times; time += 1) {
    if (late + held + time === 0) sendStatus(simulation, message, status, at)
    else simulation.after(late + held + time * 100, task)
  }
  for (const quirk of quirks) {
    if (quirk.kind === 'unknown_status' && status === 'sent') {
      sendStatus(simulation, message, quirk.status as Emitted, at)
    }
  }
}

/** The webhook of a status, in the shape of v24. `at`: when it came about. */
export function sendStatus(simulation: Simulation, message: Message, status: Emitted, at: number): void {
  const { state, settings } = simulation
  if (!settings.webhooks.statuses) return
  const number = numberOf(state, message.phone_number_id)
  const early = message.quirks?.find((quirk) => quirk.kind === 'early_timestamps')
  const entry: Record<string, unknown> = {
    id: message.id,
    status,
    timestamp: String(seconds(at) - (early?.kind === 'early_timestamps' ? early.seconds : 0)),
  }
  const value = messagesValue(number)
  addRecipient(simulation, message, entry, value)
  if (message.biz_opaque_callback_data !== undefined) entry.biz_opaque_callback_data = message.biz_opaque_callback_data
  if (message.conversation && status !== 'failed') {
    const { expiration_timestamp, ...rest } = message.conversation
    entry.conversation = status === 'sent' ? { ...rest, expiration_timestamp } : rest
  }
  if (message.pricing && carriesPricing(simulation, message, status)) entry.pricing = message.pricing
  if (message.errors && status === 'failed') entry.errors = message.errors
  simulation.changes.tell({
    account_id: number.account_id,
    phone_number_id: number.id,
    wa_id: message.wa_id,
    type: status,
    field: 'messages',
    value: { ...value, statuses: [entry] },
    summary: `status ${status} of ${message.id}`,
  })
}

function addRecipient(
  { state, settings }: Simulation,
  message: Message,
  entry: Record<string, unknown>,
  value: Record<string, unknown>,
): void {
  if (message.group_id !== undefined) {
    entry.recipient_id = message.group_id
    entry.recipient_type = 'group'
    return
  }
  const customer = customerOf(state, message.wa_id)
  const hidden = settings.switches.user_ids === 'on' && !customer.shows_number
  if (!hidden) entry.recipient_id = customer.wa_id
  if (settings.switches.user_ids === 'off') return
  entry.recipient_user_id = customer.user_id
  value.contacts = [{ ...(hidden ? {} : { wa_id: customer.wa_id }), user_id: customer.user_id }]
}

function carriesPricing({ settings, random }: Simulation, message: Message, status: Emitted): boolean {
  const { pricing_on_sent, pricing_on_read } = settings.switches
  const onRead = message.quirks?.some((quirk) => quirk.kind === 'price_on_read')
  if (status === 'read') {
    const skipped = (settings.timings.read ?? Infinity) <= settings.timings.delivered
    return onRead === true || pricing_on_read === 'always' || skipped
  }
  if (onRead) return false
  if (status === 'delivered') return true
  if (status !== 'sent' || pricing_on_sent === 'never') return false
  // 49 of 53, as measured in the middle of 2026.
  return pricing_on_sent === 'always' || chanceFrom(random('pricing')).number() < 0.93
}
