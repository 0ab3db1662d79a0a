import { DAY } from '../../lib/clock.ts'
import { countryOf } from '../country.ts'
import { customerOf } from '../customers.ts'
import type { Simulation } from '../simulation.ts'
import { accountOfNumber, type Customer, type Message, numberOf, type PhoneNumber, TIERS } from '../state.ts'

export type Failure = { code: number; details?: string | undefined }

/** Meta rule: a reaction finds its target no longer after this. */
const REACTION_REACH = 30 * DAY

/** Why a message that is about to leave does not, or null. Decided once, with the world as it is at that moment. */
export function failureOf(simulation: Simulation, message: Message): Failure | null {
  for (const quirk of message.quirks ?? []) {
    if (quirk.kind === 'fail' && quirk.after === undefined) return { code: quirk.code, details: quirk.details }
  }
  if (message.group_id !== undefined) return null
  const customer = customerOf(simulation.state, message.wa_id)
  return (
    failureOfReaction(simulation, message) ??
    failureOfCustomer(simulation, message, customer) ??
    failureOfWindow(message, customer) ??
    failureOfAccount(simulation, message) ??
    failureOfIdentity(simulation, message, customer) ??
    failureOfMarketing(simulation, message, customer) ??
    failureOfReach(simulation, message, customer)
  )
}

export function isWindowOpen(message: Message, customer: Customer): boolean {
  return (customer.windows.get(message.phone_number_id) ?? 0) > message.at
}

function failureOfReaction({ state }: Simulation, message: Message): Failure | null {
  if (message.type !== 'reaction') return null
  const { message_id } = message.content as { message_id: string }
  const target = state.messages.get(message_id)
  const reachable =
    target !== undefined &&
    target.wa_id === message.wa_id &&
    target.phone_number_id === message.phone_number_id &&
    target.type !== 'reaction' &&
    !target.revoked &&
    target.at > message.at - REACTION_REACH
  return reachable ? null : { code: 131009, details: 'The message reacted to cannot be found in this conversation.' }
}

/** Ours: blocking works both ways; what Meta answers for a customer the business itself has blocked is not published. */
function failureOfCustomer({ state }: Simulation, message: Message, customer: Customer): Failure | null {
  const number = numberOf(state, message.phone_number_id)
  const blocked = customer.blocked.includes(number.id) || number.blocked.includes(customer.wa_id)
  const reachable = customer.on_whatsapp && !blocked
  return reachable ? null : { code: 131026 }
}

function failureOfWindow(message: Message, customer: Customer): Failure | null {
  return message.type === 'template' || isWindowOpen(message, customer) ? null : { code: 131047 }
}

function failureOfAccount({ state }: Simulation, message: Message): Failure | null {
  const number = numberOf(state, message.phone_number_id)
  const account = accountOfNumber(state, number)
  if (account.condition === 'payment_issue') return { code: 131042 }
  if (account.condition === 'locked') return { code: 131031 }
  if (account.condition === 'restricted' && message.type === 'template') return { code: 131048 }
  if (needsName(number)) return { code: 131037 }
  if (account.restricted_countries.includes(countryOf(message.wa_id))) return { code: 130497 }
  return null
}

/** Meta rule: only a number that Meta has provided waits for its display name. */
export function needsName({ name_status, display_phone_number }: PhoneNumber): boolean {
  return name_status !== 'APPROVED' && /^\+?1[ (-]*555/.test(display_phone_number)
}

function failureOfIdentity({ state }: Simulation, message: Message, customer: Customer): Failure | null {
  if (message.identity_hash === undefined) return null
  const { user_identity_change } = numberOf(state, message.phone_number_id).settings as {
    user_identity_change?: { enable_identity_key_check?: boolean }
  }
  if (!user_identity_change?.enable_identity_key_check) return null
  return message.identity_hash === customer.identity_hash ? null : { code: 137000 }
}

function failureOfMarketing({ settings }: Simulation, message: Message, customer: Customer): Failure | null {
  if (message.category !== 'MARKETING') return null
  if (customer.opted_out.includes(message.phone_number_id)) return { code: 131050 }
  if (customer.in_experiment) return { code: 130472 }
  const blocked = settings.switches.us_marketing === 'blocked' && countryOf(customer.wa_id) === 'US'
  return blocked ? { code: 131049 } : null
}

/** Meta rule: the unique customers a business reaches with templates outside the window within 24 hours. */
function failureOfReach(simulation: Simulation, message: Message, customer: Customer): Failure | null {
  if (message.type !== 'template' || isWindowOpen(message, customer)) return null
  if (reaches(simulation, message.phone_number_id, message.wa_id)) return null
  return { code: simulation.settings.switches.reach_exceeded === '131049' ? 131049 : 131048 }
}

/** Reaches this customer outside the window, if that can still be. */
export function reaches(simulation: Simulation, phone_number_id: string, wa_id: string): boolean {
  const reached = reachedOf(simulation, phone_number_id)
  for (const [known, at] of reached) {
    if (at > simulation.now() - DAY) break
    reached.delete(known)
  }
  const account = accountOfNumber(simulation.state, numberOf(simulation.state, phone_number_id))
  // Reached again: to the end of the line.
  if (!reached.delete(wa_id) && reached.size >= TIERS[account.tier]) return false
  reached.set(wa_id, simulation.now())
  return true
}

function reachedOf({ state }: Simulation, phone_number_id: string): Map<string, number> {
  const { business_id } = accountOfNumber(state, numberOf(state, phone_number_id))
  const known = state.reached.get(business_id)
  if (known) return known
  const reached = new Map<string, number>()
  state.reached.set(business_id, reached)
  return reached
}
