import { createHash } from 'node:crypto'
import { countryOf } from './country.ts'
import type { Customer, Message, State } from './state.ts'

/** The customer with this number; whoever is written to and not known yet becomes a WhatsApp user. */
export function customerOf(state: State, wa_id: string): Customer {
  const known = state.customers.get(wa_id)
  if (known) return known
  const customer = newCustomer(wa_id, `Customer ${wa_id.slice(-4)}`, false)
  state.customers.set(wa_id, customer)
  return customer
}

export function newCustomer(wa_id: string, name: string, kept: boolean): Customer {
  const digest = createHash('sha256').update(wa_id).digest()
  return {
    wa_id,
    // Meta's frame: the country and up to 128 letters and digits. The same number has the same id in every run.
    user_id: `${countryOf(wa_id)}.${String(digest.readBigUInt64BE()).padStart(20, '0')}`,
    name,
    kept,
    on_whatsapp: true,
    online: true,
    opens: true,
    read_receipts: true,
    shows_number: true,
    in_experiment: false,
    identity_hash: digest.toString('base64').slice(0, 12),
    blocked: [],
    opted_out: [],
    thread: new Set(),
    windows: new Map(),
    ad_clicks: new Map(),
    free_entry_points: new Map(),
    typing: new Map(),
  }
}

/** The messages on a customer's phone, in the order they came. */
export function threadOf(state: State, customer: Customer): Message[] {
  return [...customer.thread].flatMap((id) => state.messages.get(id) ?? [])
}

/** Adds a message; above `limit` the oldest finished ones leave, with customers who have nothing left to remember. */
export function keepMessage(state: State, message: Message, limit: number, now: number): void {
  state.messages.set(message.id, message)
  let looked = 0
  for (const old of state.messages.values()) {
    // Unfinished ones are few and young; looking past some of them keeps a send from ever walking the whole list.
    if (state.messages.size <= limit || looked++ > 1000) return
    if (!old.finished) continue
    state.messages.delete(old.id)
    const customer = state.customers.get(old.wa_id)
    customer?.thread.delete(old.id)
    if (customer) forgetIfIdle(state, customer, now)
  }
}

function forgetIfIdle(state: State, customer: Customer, now: number): void {
  const open = [...customer.windows.values()].some((until) => until > now)
  if (!customer.kept && !open && customer.thread.size === 0) state.customers.delete(customer.wa_id)
}
