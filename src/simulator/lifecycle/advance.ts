import { customerOf, threadOf } from '../customers.ts'
import { statusError } from '../graph/error.ts'
import { fetchLink } from '../media/fetch-link.ts'
import type { MediaKind } from '../media/kinds.ts'
import type { Simulation } from '../simulation.ts'
import { type Customer, type Message, numberOf } from '../state.ts'
import { withJitter } from './accept.ts'
import { type Failure, failureOf, isWindowOpen } from './outcome.ts'
import { priceMessage } from './price.ts'
import { emitStatus } from './status.ts'

/** It leaves for the customer, or fails. */
export function messageLeaves(simulation: Simulation, message: Message): void {
  const failure = failureOf(simulation, message)
  if (failure) return failMessage(simulation, message, failure.code, failure.details)
  if (simulation.settings.fetch_links && message.links) {
    return simulation.track(
      fetchLinks(simulation, message).then((failed) =>
        failed ? failMessage(simulation, message, failed.code, failed.details) : isSent(simulation, message),
      ),
    )
  }
  isSent(simulation, message)
}

async function fetchLinks(simulation: Simulation, message: Message): Promise<Failure | null> {
  const number = numberOf(simulation.state, message.phone_number_id)
  const links = (message.links ?? []) as { link: string; kind: MediaKind }[]
  for (const fetched of await Promise.all(links.map((link) => fetchLink(simulation, number, link)))) {
    if ('failure' in fetched) return { code: simulation.settings.switches.link_failure, details: fetched.failure }
    const { id, mime_type, size, sha256, filename } = fetched.media
    message.media.push({ id, mime_type, size, sha256, ...(filename === undefined ? {} : { filename }) })
  }
  return null
}

function isSent(simulation: Simulation, message: Message): void {
  const { state, settings } = simulation
  if (message.group_id !== undefined) {
    message.finished = true
    return emitStatus(simulation, message, 'sent')
  }
  const customer = customerOf(state, message.wa_id)
  priceMessage(simulation, message, customer, isWindowOpen(simulation, message, customer))
  // The business stops "typing…" once it has written.
  customer.typing.delete(message.phone_number_id)
  const quirk = message.quirks?.find((one) => one.kind === 'fail' && one.after === 'sent')
  emitStatus(simulation, message, 'sent')
  if (quirk?.kind === 'fail') return failMessage(simulation, message, quirk.code, quirk.details)
  // Meta rule: of a reaction nothing more is heard.
  if (message.type === 'reaction') return react(simulation, message)
  const offline = !customer.online || message.quirks?.some((one) => one.kind === 'offline')
  if (offline) {
    const left = ((message.expires_at ?? 0) - simulation.now()) / 1000
    return simulation.after(left, { do: 'expire', message_id: message.id })
  }
  const wait = withJitter(simulation, Math.max(0, settings.timings.delivered - settings.timings.sent))
  simulation.after(wait, { do: 'arrive', message_id: message.id })
}

function react({ state }: Simulation, message: Message): void {
  const { message_id, emoji = '' } = message.content as { message_id: string; emoji?: string }
  const target = state.messages.get(message_id)
  message.finished = true
  if (!target) return
  target.reactions = { ...target.reactions, business: emoji }
  if (emoji === '') delete target.reactions.business
}

/** It is on the phone. */
export function messageArrives(simulation: Simulation, message: Message): void {
  if (message.status === 'failed' || message.shown) return
  const { timings } = simulation.settings
  const customer = customerOf(simulation.state, message.wa_id)
  show(customer, message)
  const opensAtOnce = customer.opens && timings.read !== null && timings.read <= timings.delivered
  // Meta rule: a chat that is open is read at once, and `delivered` left out.
  if (opensAtOnce && customer.read_receipts) return messageIsRead(simulation, message)
  emitStatus(simulation, message, 'delivered')
  const quirk = message.quirks?.find((one) => one.kind === 'fail' && one.after === 'delivered')
  if (quirk?.kind === 'fail') return failMessage(simulation, message, quirk.code, quirk.details)
  message.finished = true
  if (!customer.opens || timings.read === null) return
  message.finished = false
  const wait = withJitter(simulation, Math.max(0, timings.read - timings.delivered))
  simulation.after(wait, { do: 'read', message_id: message.id })
}

/** The customer has seen it. */
export function messageIsRead(simulation: Simulation, message: Message): void {
  if (message.status === 'read' || message.status === 'played' || message.status === 'failed') return
  message.finished = true
  const { read_receipts } = customerOf(simulation.state, message.wa_id)
  if (read_receipts) emitStatus(simulation, message, 'read')
}

/** Meta rule: what could not be delivered in its time is dropped without a word. */
export function messageExpires(message: Message): void {
  if (!message.shown) message.finished = true
}

export function failMessage(simulation: Simulation, message: Message, code: number, details?: string): void {
  message.errors = [statusError(code, details)]
  message.finished = true
  emitStatus(simulation, message, 'failed')
}

/** The phone is online again: what waited for it arrives, oldest first. */
export function deliverWaiting(simulation: Simulation, customer: Customer): void {
  for (const message of threadOf(simulation.state, customer)) {
    if (message.direction !== 'received' || message.shown || message.finished || message.status !== 'sent') continue
    if ((message.expires_at ?? 0) <= simulation.now()) continue
    messageArrives(simulation, message)
  }
}

// Moves it to the end: what the customer wrote meanwhile stands before it.
function show(customer: Customer, message: Message): void {
  message.shown = true
  customer.thread.delete(message.id)
  customer.thread.add(message.id)
}
