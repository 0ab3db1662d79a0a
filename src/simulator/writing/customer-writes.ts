import { z } from 'zod'
import { DAY } from '../../lib/clock.ts'
import { customerOf, keepMessage } from '../customers.ts'
import { messagesValue } from '../lifecycle/status.ts'
import { countsInThroughput } from '../rates/admit.ts'
import { type Simulation, seconds } from '../simulation.ts'
import type { Customer, Message, PhoneNumber } from '../state.ts'
import { inboundTypes } from './index.ts'

const names = inboundTypes.map((known) => known.type)

/** Everything a written message has besides the content of its type. */
const writtenFrame = z.looseObject({
  phone_number_id: z.string(),
  type: z.enum(names as [string, ...string[]]),
  /** Changes the customer's profile name. */
  name: z.string().min(1).max(200).optional(),
  /** The group it is written in. */
  group_id: z.string().optional(),
  /** What is answered or forwarded. `from` is found by `id`. */
  context: z
    .strictObject({
      id: z.string().optional(),
      from: z.string().optional(),
      forwarded: z.boolean().optional(),
      frequently_forwarded: z.boolean().optional(),
      referred_product: z.strictObject({ catalog_id: z.string(), product_retailer_id: z.string() }).optional(),
    })
    .optional(),
  /** The ad the customer came by; the business's answer within a day opens a free entry point. */
  referral: z.looseObject({ source_url: z.string(), source_type: z.enum(['ad', 'post']) }).optional(),
  /** What Meta could not read in it, as in its webhooks: a file beyond 100 MB, for example. */
  errors: z.array(z.looseObject({ code: z.number().int(), title: z.string() })).optional(),
})

/** What a customer can write: the frame, and the content of its type under the type's name. */
export const inboundMessage = writtenFrame.transform((written, context) => {
  const type = inboundTypes.find((known) => known.type === written.type)
  const known = new Set([...Object.keys(writtenFrame.shape), written.type])
  for (const key of Object.keys(written)) {
    if (!known.has(key)) context.addIssue({ code: 'custom', path: [key], message: 'is not a key of this message' })
  }
  const given = written[written.type]
  if (!type || (given === undefined && type.contentOptional)) return { ...written, content: undefined }
  const result = type.content.safeParse(given)
  if (result.success) return { ...written, content: result.data }
  for (const issue of result.error.issues) {
    context.addIssue({ code: 'custom', path: [written.type, ...issue.path], message: issue.message })
  }
  return z.NEVER
})

export type Written = z.infer<typeof inboundMessage>

/**
 * A customer writes to a number: the window opens, the phone shows it, and the business hears of it. Done when the
 * business has been told once; `delivered` says whether it acknowledged that.
 */
export async function customerWrites(
  simulation: Simulation,
  number: PhoneNumber,
  wa_id: string,
  written: Written,
): Promise<Record<string, unknown>> {
  const { state, settings, ids } = simulation
  const type = inboundTypes.find((known) => known.type === written.type)
  const { content, media } = (await type?.write?.(written.content, simulation, number)) ?? {
    content: written.content,
    media: [],
  }
  const customer = customerOf(state, wa_id)
  if (written.name) customer.name = written.name
  const now = simulation.now()
  const message: Message = {
    id: ids.wamid('from_customer', wa_id),
    direction: 'written',
    phone_number_id: number.id,
    wa_id,
    type: written.type,
    content,
    media,
    at: now,
    status: 'sent',
    shown: true,
    finished: true,
  }
  const context = contextOf(simulation, number, wa_id, written.context)
  if (context) message.context = context
  if (written.group_id !== undefined) message.group_id = written.group_id
  else if (type?.opensWindow !== false && !number.blocked.includes(wa_id)) openWindow(customer, number, written, now)
  type?.happens?.(content, { simulation, customer, number, message })
  customer.thread.add(message.id)
  keepMessage(state, message, settings.limits.messages_kept, now)
  // Meta rule: what comes in counts in the throughput as what goes out does.
  countsInThroughput(simulation, number)

  const wire = wireOf(simulation, customer, message, written, type?.beside)
  // Meta rule: a customer the business has blocked writes on, and nobody hears of it.
  if (number.blocked.includes(wa_id)) return { phone_number_id: number.id, ...wire, delivered: false }
  const delivered = await simulation.changes.tell({
    account_id: number.account_id,
    phone_number_id: number.id,
    wa_id,
    type: written.type,
    field: 'messages',
    value: {
      ...messagesValue(number),
      ...(type?.withoutContacts ? {} : { contacts: [contactOf(simulation, customer, number)] }),
      messages: [wire],
    },
    summary: `message ${message.id} of type ${written.type}`,
  })
  return { phone_number_id: number.id, ...wire, delivered }
}

function openWindow(customer: Customer, number: PhoneNumber, written: Written, now: number): void {
  customer.windows.set(number.id, now + DAY)
  if (written.referral) customer.ad_clicks.set(number.id, now)
}

function wireOf(
  { settings }: Simulation,
  customer: Customer,
  message: Message,
  written: Written,
  beside: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const { wa_id, user_id, shows_number } = customer
  const userIds = settings.switches.user_ids === 'on'
  return {
    ...(message.context ? { context: message.context } : {}),
    ...(written.referral ? { referral: written.referral } : {}),
    ...(userIds && !shows_number ? {} : { from: wa_id }),
    ...(userIds ? { from_user_id: user_id } : {}),
    id: message.id,
    timestamp: String(seconds(message.at)),
    ...(message.group_id === undefined ? {} : { group_id: message.group_id }),
    type: message.type,
    ...(message.content === undefined ? {} : { [message.type]: message.content }),
    ...beside,
    ...(written.errors ? { errors: written.errors } : {}),
  }
}

/** How webhooks introduce a customer. */
export function contactOf({ settings }: Simulation, customer: Customer, number: PhoneNumber): Record<string, unknown> {
  const { name, username, wa_id, user_id, shows_number, identity_hash } = customer
  const userIds = settings.switches.user_ids === 'on'
  const { user_identity_change } = number.settings as {
    user_identity_change?: { enable_identity_key_check?: boolean }
  }
  return {
    profile: { name, ...(userIds && username !== undefined ? { username } : {}) },
    ...(userIds && !shows_number ? {} : { wa_id }),
    ...(userIds ? { user_id } : {}),
    ...(user_identity_change?.enable_identity_key_check ? { identity_key_hash: identity_hash } : {}),
  }
}

function contextOf(
  simulation: Simulation,
  number: PhoneNumber,
  wa_id: string,
  context: Written['context'],
): Record<string, unknown> | undefined {
  if (!context) return undefined
  if (context.id === undefined) return { ...context }
  const quoted = simulation.state.messages.get(context.id)
  return { from: quoted?.direction === 'written' ? wa_id : number.digits, ...context }
}
