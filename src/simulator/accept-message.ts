import { type MessagingCode, statusError } from './graph/error.ts'
import { fetchLink } from './media/fetch-link.ts'
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
  // Known to the customer from now on, so that a customer waiting for a message is not forgotten; shown once sent.
  customer.messages.set(message.id, message)
  keepMessage(state, message, simulation.messageLimit, now)
  simulation.after(simulation.timings.sent, () => {
    if (!windowOpen && !checked.type.outsideWindow) failOutsideWindow(simulation, message)
    else if (simulation.fetchLinks && checked.findings.links.length > 0) fetchAndDeliver(simulation, message, checked)
    else deliver(simulation, message)
  })
  return message
}

async function fetchAndDeliver(simulation: Simulation, message: Message, checked: CheckedMessage): Promise<void> {
  const fetched = await Promise.all(checked.findings.links.map((link) => fetchLink(simulation, message.number, link)))
  for (const result of fetched) {
    if ('failure' in result) return fail(simulation, message, 131053, result.failure)
    message.media.push(result.media)
  }
  deliver(simulation, message)
}

/** It is on the phone, and goes on to be delivered and read. */
function deliver(simulation: Simulation, message: Message): void {
  const { sent, delivered, read } = simulation.timings
  show(message)
  // The business stops "typing…" once it has written.
  message.customer.typing.delete(message.number.id)
  sendStatus(simulation, message, 'sent')
  simulation.after(Math.max(0, delivered - sent), () => {
    message.finished = read === null
    sendStatus(simulation, message, 'delivered')
    if (read === null) return
    simulation.after(Math.max(0, read - delivered), () => {
      message.finished = true
      sendStatus(simulation, message, 'read')
    })
  })
}

function failOutsideWindow(simulation: Simulation, message: Message): void {
  const details =
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.'
  fail(simulation, message, 131047, details)
}

function fail(simulation: Simulation, message: Message, code: MessagingCode, details: string): void {
  message.errors = [statusError(code, details)]
  message.finished = true
  show(message)
  sendStatus(simulation, message, 'failed')
}

// Moves it to the end: what the customer wrote meanwhile stands before it.
function show(message: Message): void {
  message.customer.messages.delete(message.id)
  message.customer.messages.set(message.id, message)
}
