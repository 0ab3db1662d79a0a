import { createHash } from 'node:crypto'
import { DAY } from '../../lib/clock.ts'
import { type Simulation, seconds } from '../simulation.ts'
import type { Customer, Message } from '../state.ts'

/** Meta rule: the answer to a customer an ad has brought opens this. */
const FREE_ENTRY_POINT = 3 * DAY

/**
 * Gives a message that leaves its `pricing`, per-message pricing of July 2025, and its `conversation` where there is one:
 * up to v23 always, later only inside a free entry point.
 */
export function priceMessage(simulation: Simulation, message: Message, customer: Customer, windowOpen: boolean): void {
  const entry = freeEntryPoint(simulation, message, customer)
  message.pricing = entry ? pricing(false, 'free_entry_point', 'referral_conversion') : pricingOf(message, windowOpen)
  if (!entry && simulation.settings.switches.webhook_version === 'v24.0') return
  const origin = String(message.pricing.category).replace('-', '_')
  message.conversation = {
    id: entry?.conversation_id ?? createHash('md5').update(message.id).digest('hex'),
    expiration_timestamp: String(seconds(entry?.until ?? simulation.now() + DAY)),
    origin: { type: origin },
  }
}

function freeEntryPoint({ ids, now }: Simulation, message: Message, customer: Customer) {
  const { phone_number_id } = message
  const open = customer.free_entry_points.get(phone_number_id)
  if (open && open.until > now()) return open
  const clicked = customer.ad_clicks.get(phone_number_id)
  customer.ad_clicks.delete(phone_number_id)
  // Meta rule: the business has to answer within a day of the click.
  if (clicked === undefined || clicked <= now() - DAY) return undefined
  const opened = { conversation_id: ids.opaque(32).toLowerCase(), until: now() + FREE_ENTRY_POINT }
  customer.free_entry_points.set(phone_number_id, opened)
  return opened
}

function pricingOf({ category, marketing_lite }: Message, windowOpen: boolean): Record<string, unknown> {
  // A free-form message is only ever delivered inside the window.
  if (category === undefined) return pricing(false, 'free_customer_service', 'service')
  if (category === 'UTILITY' && windowOpen) return pricing(false, 'free_customer_service', 'utility')
  return pricing(true, 'regular', marketing_lite ? 'marketing_lite' : category.toLowerCase())
}

function pricing(billable: boolean, type: string, category: string): Record<string, unknown> {
  return { billable, pricing_model: 'PMP', category, type }
}
