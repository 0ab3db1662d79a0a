import { statusError } from './graph/error.ts'
import type { CheckedMessage } from './messages/check-message.ts'
import { pricingOf } from './pricing.ts'
import type { Simulation } from './simulation.ts'
import { customerOf, keepMessage, type Message, type PhoneNumber } from './state.ts'
import { sendStatus } from './webhooks/status.ts'

/** Takes a checked message in, and sets its statuses on the clock. What becomes of it is decided here, once. */
export function acceptMessage(simulation: Simulation, number: PhoneNumber, checked: CheckedMessage): Message {
  const { state, clock, ids } = simulation
  const now = clock.now()
  const customer = customerOf(state, checked.wa_id)
  const windowOpen = (customer.windows.get(number.id) ?? 0) > now
  const message: Message = {
    id: ids.wamid('to_customer', checked.wa_id),
    direction: 'received',
    number,
    customer,
    type: checked.type.type,
    content: checked.payload,
    media: checked.findings.media.flatMap(({ id }) => simulation.media.find(id) ?? []),
    at: now,
    status: 'accepted',
    pricing: pricingOf(checked.looked.template_category, windowOpen),
    finished: false,
  }
  if (checked.context) message.context = checked.context
  if (checked.biz_opaque_callback_data !== undefined)
    message.biz_opaque_callback_data = checked.biz_opaque_callback_data
  if (checked.looked.rendered) message.rendered = checked.looked.rendered
  keepMessage(state, message, simulation.messageLimit, now)
  if (windowOpen || checked.type.outsideWindow) deliver(simulation, message)
  else failOutsideWindow(simulation, message)
  return message
}

function deliver(simulation: Simulation, message: Message): void {
  const { sent, delivered, read } = simulation.timings
  simulation.after(sent, () => {
    message.customer.messages.set(message.id, message)
    // The business stops "typing…" once it has written.
    message.customer.typing.delete(message.number.id)
    sendStatus(simulation, message, 'sent')
  })
  simulation.after(delivered, () => {
    sendStatus(simulation, message, 'delivered')
    message.finished ||= read === null
  })
  if (read === null) return
  simulation.after(read, () => {
    sendStatus(simulation, message, 'read')
    message.finished = true
  })
}

function failOutsideWindow(simulation: Simulation, message: Message): void {
  simulation.after(simulation.timings.sent, () => {
    const details =
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.'
    message.errors = [statusError(131047, details)]
    message.finished = true
    message.customer.messages.set(message.id, message)
    sendStatus(simulation, message, 'failed')
  })
}
