import { type Simulation, seconds } from '../simulation.ts'
import type { Message, MessageStatus, PhoneNumber } from '../state.ts'

/** What every value of the `messages` field begins with. */
export function messagesValue(number: PhoneNumber): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: number.digits, phone_number_id: number.id },
  }
}

/** Moves a message on and tells the business, in the shape of v24: no `conversation`, pricing on sent and delivered. */
export function sendStatus(simulation: Simulation, message: Message, status: Exclude<MessageStatus, 'accepted'>): void {
  message.status = status
  const entry: Record<string, unknown> = {
    id: message.id,
    status,
    timestamp: String(seconds(simulation.clock.now())),
    recipient_id: message.customer.wa_id,
  }
  if (message.biz_opaque_callback_data !== undefined) entry.biz_opaque_callback_data = message.biz_opaque_callback_data
  if (status === 'sent' || status === 'delivered') entry.pricing = message.pricing
  if (message.errors) entry.errors = message.errors
  simulation.webhooks.send({
    account_id: message.number.account.id,
    field: 'messages',
    value: { ...messagesValue(message.number), statuses: [entry] },
    summary: `status ${status} of ${message.id}`,
  })
}
