import { customerOf, threadOf } from '../customers.ts'
import { statusError } from '../graph-error.ts'
import { copyOf } from '../media/copy.ts'
import type { Simulation } from '../simulation.ts'
import { type Customer, type Message, numberOf } from '../state.ts'
import { withJitter } from './accept.ts'
import { fetchLinks } from './links.ts'
import { failureOf, isWindowOpen } from './outcome.ts'
import { priceMessage } from './price.ts'
import { emitStatus } from './status.ts'

/** It leaves for the customer, or fails. */
export function messageLeaves(simulation: Simulation, message: Message): void {
  const failure = failureOf(simulation, message)
  if (failure) failMessage(simulation, message, failure.code, failure.details)
  else if (simulation.settings.fetch_links && message.links) simulation.track(fetchAndSend(simulation, message))
  else isSent(simulation, message)
}

async function fetchAndSend(simulation: Simulation, message: Message): Promise<void> {
  const number = numberOf(simulation.state, message.phone_number_id)
  const fetched = await fetchLinks(simulation, number, message.links ?? [])
  if ('failure' in fetched) {
    failMessage(simulation, message, fetched.failure.code, fetched.failure.details)
    return
  }
  message.media.push(...fetched.media.map(copyOf))
  isSent(simulation, message)
}

function isSent(simulation: Simulation, message: Message): void {
  if (message.group_id !== undefined) {
    message.finished = true
    emitStatus(simulation, message, 'sent')
    return
  }
  const customer = customerOf(simulation.state, message.wa_id)
  priceMessage(simulation, message, customer, isWindowOpen(message, customer))
  // The business stops "typing…" once it has written.
  customer.typing.delete(message.phone_number_id)
  emitStatus(simulation, message, 'sent')
  if (failsAfter(simulation, message, 'sent')) return
  // Meta rule: of a reaction nothing more is heard.
  if (message.type === 'reaction') react(simulation, message)
  else travel(simulation, message, customer)
}

/** Whether a rule lets it fail at this point, which then has happened. */
function failsAfter(simulation: Simulation, message: Message, status: 'sent' | 'delivered'): boolean {
  for (const quirk of message.quirks ?? []) {
    if (quirk.kind !== 'fail' || quirk.after !== status) continue
    failMessage(simulation, message, quirk.code, quirk.details)
    return true
  }
  return false
}

/** To a phone that is online it takes a moment; for another one it waits as long as it may. */
function travel(simulation: Simulation, message: Message, customer: Customer): void {
  const { delivered, sent } = simulation.settings.timings
  const offline = !customer.online || message.quirks?.some((quirk) => quirk.kind === 'offline')
  if (offline) {
    const left = ((message.expires_at ?? 0) - simulation.now()) / 1000
    simulation.after(left, { do: 'expire', message_id: message.id })
    return
  }
  const wait = withJitter(simulation, Math.max(0, delivered - sent))
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
  const { read, delivered } = simulation.settings.timings
  const customer = customerOf(simulation.state, message.wa_id)
  const opensAfter = customer.opens && read !== null ? Math.max(0, read - delivered) : null
  show(customer, message)
  // Meta rule: a chat that is open is read at once, and `delivered` left out.
  if (opensAfter === 0 && customer.read_receipts) {
    messageIsRead(simulation, message)
    return
  }
  emitStatus(simulation, message, 'delivered')
  if (failsAfter(simulation, message, 'delivered')) return
  message.finished = opensAfter === null
  if (opensAfter === null) return
  simulation.after(withJitter(simulation, opensAfter), { do: 'read', message_id: message.id })
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
    messageArrives(simulation, message)
  }
}

// Moves it to the end: what the customer wrote meanwhile stands before it.
function show(customer: Customer, message: Message): void {
  message.shown = true
  customer.thread.delete(message.id)
  customer.thread.add(message.id)
}
